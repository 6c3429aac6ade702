package dev.continuo.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.Dialect;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

class StoreFailuresTest {

    @Test
    void everyReadOfAnAbsentPostgresIsUnavailable() throws TimeoutException {
        Vertx vertx = Vertx.vertx();
        try {
            // Nobody listens on port 1.
            Pool pool = PgBuilder.pool()
                    .connectingTo(new PgConnectOptions().setHost("127.0.0.1").setPort(1))
                    .using(vertx)
                    .build();
            Definitions definitions = new Definitions(pool, Dialect.WORKFLOWSVC);
            RunReads reads = new RunReads(pool);
            Paging paging = new Paging(0, 10);
            List<Supplier<Future<?>>> all = List.of(
                    () -> definitions.find("ns", Ids.next()),
                    () -> definitions.revisions(List.of(Ids.next())),
                    () -> definitions.list(
                            "ns",
                            new Definitions.Filter(Optional.empty(), Optional.empty()),
                            Order.NEWEST_FIRST,
                            paging),
                    () -> new Scripts(pool).insert(Ids.next(), "ns", new Scripts.Draft("t", "n", "s"), "me"),
                    () -> reads.find("ns", Ids.next(), false),
                    () -> reads.logs("ns", Ids.next(), Ids.next(), paging));
            for (Supplier<Future<?>> read : all) {
                Throwable cause = read.get()
                        .map(any -> (Throwable) new AssertionError("it succeeded"))
                        .otherwise(failure -> failure)
                        .await(30, TimeUnit.SECONDS);
                assertThat(cause).isInstanceOf(StoreUnavailable.class);
            }
        } finally {
            vertx.close().await(30, TimeUnit.SECONDS);
        }
    }
}
