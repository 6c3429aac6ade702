package dev.continuo.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class ServersIT {
    @Test
    void aTestThatNeedsOnlyPostgresStartsNoKafka() throws Exception {
        try (Servers servers = new Servers(new EmbeddedBackends())) {
            assertThat(servers.postgresStarted()).isFalse();
            assertThat(servers.postgres().port()).isPositive();
            assertThat(servers.postgresStarted()).isTrue();
            assertThat(servers.kafkaStarted()).isFalse();
        }
    }

    @Test
    void anUnknownChoiceIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> Servers.provider("cloud"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`cloud`")
                .hasMessageContaining("embedded");
    }
}
