package dev.continuo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaBrokerIT {
    @TempDir
    private Path directory;

    @Test
    void recordsAndPortSurviveAnOutage() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            String bootstrap = broker.bootstrapServers();
            Records.createTopic(bootstrap, "kept");
            Records.produce(bootstrap, "kept", "before");
            broker.stop();
            broker.restart();
            Records.produce(bootstrap, "kept", "after");
            assertThat(broker.bootstrapServers()).isEqualTo(bootstrap);
            assertThat(Records.all(bootstrap, "kept", 2)).isEqualTo(List.of("before", "after"));
        }
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            assertThat(Records.all(broker.bootstrapServers(), "kept", 2)).isEqualTo(List.of("before", "after"));
        }
    }

    @Test
    void noTopicAppearsByBeingAskedFor() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory);
                Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("never-created"))
                            .allTopicNames()
                            .get())
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    @Test
    void aSecondBrokerOnTheSameDirectoryIsRefused() throws Exception {
        try (KafkaBroker broker = KafkaBroker.start(directory)) {
            assertThat(broker.bootstrapServers()).startsWith("127.0.0.1:");
            assertThatThrownBy(() -> KafkaBroker.start(directory)).isInstanceOf(DirectoryInUseException.class);
        }
    }
}
