package dev.continuo.store;

import static dev.continuo.decide.TestPlan.human;
import static dev.continuo.decide.TestPlan.work;
import static dev.continuo.store.StoreFixture.await;
import static dev.continuo.store.StoreFixture.complete;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Command;
import dev.continuo.decide.TestPlan;
import dev.continuo.definition.Plan;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Tuple;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A database that the first version has written, with runs that live. */
@ExtendWith(BackendsExtension.class)
class OlderDatabaseIT {
    private final Backends backends;

    OlderDatabaseIT(Backends backends) {
        this.backends = backends;
    }

    @Test
    void runsOfTheFirstVersionGoOn() throws SQLException {
        PgConnectOptions connect = PgConnectOptions.fromUri(backends.pgUri());
        Flyway.configure()
                .dataSource(backends.pgJdbcUrl(), connect.getUser(), connect.getPassword())
                .target("1")
                .load()
                .migrate();
        Plan plan = TestPlan.of(work("a"), human("h"), work("b").input("{\"x\":\"${a.output.ok}\"}"));
        UUID run = Ids.next();
        UUID task = Ids.next();
        try (Connection jdbc =
                        DriverManager.getConnection(backends.pgJdbcUrl(), connect.getUser(), connect.getPassword());
                Statement statement = jdbc.createStatement()) {
            statement.execute("""
                    INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq,
                                     priority, input, variables, created_at, updated_at, created_by, updated_by)
                    VALUES ('%s', 'ns', 1, '%s', '%s', 'old', 0, 0, 2, 0, '{}', '{}', now(), now(), 'old', 'old');
                    INSERT INTO task (id, run_id, seq, node, ref, type, iteration, attempt, retried, status, open,
                                      due_kind, due_at, priority, lease_ms, input, scheduled_at, updated_at)
                    VALUES ('%s', '%s', 1, 0, 'a', 'WORK', 0, 0, false, 0, true, 2, now() + interval '1 hour', 0, 60000,
                            '{}', now(), now())
                    """.formatted(run, plan.definitionId(), plan.revisionId(), task, run));
        }

        try (StoreFixture store = new StoreFixture(backends)) {
            store.plans.put(plan);
            ClaimedTask claimed =
                    await(store.claims.claim(List.of(task), "worker")).getFirst();
            store.done(store.committer.submit(complete(claimed)));
            Task human = open(store, run);
            assertThat(human.label().ref()).isEqualTo("h");
            store.done(store.committer.submit(new Command.Complete(
                    run, human.id(), OptionalInt.empty(), TestPlan.json("{}"), List.of(), "somebody")));
            Task last = open(store, run);
            assertThat(last.input().path("x").asBoolean()).isTrue();
            store.done(store.committer.submit(complete(store.claim(last))));

            assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
            assertThat(store.tasks(run)).containsExactly("a:COMPLETED", "h:COMPLETED", "b:COMPLETED");
        }
    }

    private static Task open(StoreFixture store, UUID run) {
        return TaskRows.read(await(store.pool
                        .preparedQuery(TaskRows.SELECT_OPEN)
                        .execute(Tuple.tuple().addArrayOfUUID(new UUID[] {run})))
                .iterator()
                .next());
    }
}
