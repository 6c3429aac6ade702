package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.secret.Sealer;
import dev.continuo.store.Secrets;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Environment variables and secrets. */
@ExtendWith(BackendsExtension.class)
class SecretsIT {
    private static ConductorFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ConductorFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @BeforeEach
    void nothingIsSet() {
        api.sql("DELETE FROM environment_variable");
        api.sql("DELETE FROM secret");
    }

    @Test
    void aVariableIsSetReadReplacedAndDeleted() {
        api.get("environment/REGION").expect(404);
        assertThat(api.putText("environment/REGION", "eu 1").expect(200).text()).isEmpty();
        assertThat(api.get("environment/REGION").expect(200).text()).isEqualTo("eu 1");
        api.putText("environment/REGION", "us").expect(200);
        api.putText("environment/A", "").expect(200);
        assertThat(api.get("environment").expect(200).text())
                .isEqualTo("[{\"name\":\"A\",\"value\":\"\",\"tags\":[]},"
                        + "{\"name\":\"REGION\",\"value\":\"us\",\"tags\":[]}]");
        api.delete("environment/A").expect(200);
        api.delete("environment/A").expect(404);
    }

    @Test
    void aValueMayComeAsAJsonString() {
        api.put("environment/A", "\"a\\\"b\"").expect(200);
        assertThat(api.get("environment/A").text()).isEqualTo("a\"b");
        api.put("environment/B", "not json").expect(200);
        assertThat(api.get("environment/B").text()).isEqualTo("not json");
        api.putText("environment/C", "\"quoted\"").expect(200);
        assertThat(api.get("environment/C").text()).isEqualTo("\"quoted\"");
    }

    @Test
    void theValueOfASecretIsNeitherShownNorStoredInPlainText() {
        api.put("secrets/DB", "\"hunter2\"").expect(200);
        String refusal = api.get("secrets/DB").expect(403).text();
        assertThat(refusal).doesNotContain("hunter2");
        api.get("secrets/NONE").expect(403);
        assertThat(api.get("secrets").expect(200).text()).isEqualTo("[\"DB\"]");
        assertThat(api.send(api.ports.get(0), "POST", "secrets", Optional.empty(), Map.of())
                        .expect(200)
                        .text())
                .isEqualTo("[\"DB\"]");
        assertThat(api.get("secrets/v2").expect(200).text()).isEqualTo("[{\"name\":\"DB\",\"tags\":[]}]");
        assertThat(api.get("secrets-v2").expect(200).text()).isEqualTo("[{\"name\":\"DB\",\"tags\":[]}]");
        String stored = api.sql("SELECT value FROM secret").iterator().next().getString(0);
        assertThat(Sealer.sealed(stored)).isTrue();
        assertThat(stored).doesNotContain("hunter2");
        Secrets secrets = new Secrets(api.engine.pool(), api.engine.sealer());
        assertThat(ConductorFixture.await(secrets.values(ConductorApi.NAMESPACE, List.of("DB", "NONE"))))
                .isEqualTo(Map.of("DB", "hunter2"));
    }

    @Test
    void aSecretIsThereUntilItIsDeleted() {
        assertThat(api.get("secrets/DB/exists").expect(200).text()).isEqualTo("false");
        api.putText("secrets/DB", "one").expect(200);
        assertThat(api.get("secrets/DB/exists").expect(200).text()).isEqualTo("true");
        api.delete("secrets/DB").expect(200);
        api.delete("secrets/DB").expect(404);
        assertThat(api.get("secrets/DB/exists").expect(200).text()).isEqualTo("false");
    }

    @Test
    void whatDoesNotFitIsRefusedWithoutBeingRepeated() {
        api.putText("secrets/" + "x".repeat(256), "v").expect(400);
        assertThat(api.putText("secrets/DB", "hunter2".repeat(10_000))
                        .expect(400)
                        .text())
                .doesNotContain("hunter2");
    }
}
