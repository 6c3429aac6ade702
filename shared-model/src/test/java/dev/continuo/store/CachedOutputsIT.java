package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class CachedOutputsIT {
    private static final Duration LONG = Duration.ofHours(1);

    private final String namespace = "ns-" + UUID.randomUUID();
    private StoreFixture store;
    private CachedOutputs outputs;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
        outputs = new CachedOutputs(store.pool);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Optional<String> found(String key) {
        return await(outputs.find(namespace, key)).map(JsonNode::toString);
    }

    @Test
    void theLatestOutputOfAKeyIsFoundInItsNamespaceOnly() {
        await(outputs.keep(namespace, "k", LONG, "{\"v\":1}"));
        await(outputs.keep(namespace, "k", LONG, "{\"v\":2.50}"));

        assertThat(found("k")).contains("{\"v\":2.50}");
        assertThat(found("other")).isEmpty();
        assertThat(await(outputs.find("other", "k"))).isEmpty();
    }

    @Test
    void whatHasExpiredIsNotFoundAndIsDeletedPieceByPiece() {
        await(outputs.keep(namespace, "a", Duration.ZERO, "{}"));
        await(outputs.keep(namespace, "b", Duration.ZERO, "{}"));
        await(outputs.keep(namespace, "c", LONG, "{}"));

        assertThat(found("a")).isEmpty();
        assertThat(await(outputs.forget(1))).isEqualTo(1);
        assertThat(await(outputs.forget(10))).isEqualTo(1);
        assertThat(await(outputs.forget(10))).isZero();
        assertThat(found("c")).contains("{}");
    }

    @Test
    void aFullNamespaceTakesNoOtherKeys() {
        await(outputs.keep(namespace, "known", LONG, "{\"v\":1}"));
        await(store.pool
                .preparedQuery("INSERT INTO task_cache SELECT $1, 'k' || n, '{}', clock_timestamp() + interval '1 hour'"
                        + " FROM generate_series(1, $2 - 1) n")
                .execute(Tuple.of(namespace, CachedOutputs.MOST)));

        await(outputs.keep(namespace, "known", LONG, "{\"v\":2}"));
        await(outputs.keep(namespace, "further", LONG, "{\"v\":3}"));

        assertThat(found("known")).contains("{\"v\":2}");
        assertThat(found("further")).isEmpty();
    }
}
