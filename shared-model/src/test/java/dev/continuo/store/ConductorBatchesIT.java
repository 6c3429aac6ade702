package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Start;
import dev.continuo.decide.TestPlan;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands about one run of the conductor dialect that share a transaction, or a cached state. */
@ExtendWith(BackendsExtension.class)
class ConductorBatchesIT {
    private static final ConductorCompiler COMPILER = new ConductorCompiler(ConductorLimits.DEFAULT, true);

    private StoreFixture store;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends, StoreFixture.oneLane(100), StoreFixture.noScripts());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aRunIsUpgradedRightBehindAnUpdate() {
        UUID run = start(plan(simple("a", "{}"), simple("b", "{}")));
        Plan next = plan(simple("new", "{}"), simple("a", "{}"), simple("b", "{}"), simple("c", "{}"));
        UUID a = open(run, "a").id();

        List<Future<Reply>> replies = inOneBatch(() -> List.of(
                store.committer.submit(update(run, a)),
                store.committer.submit(new Command.Upgrade(run, next, object(), object(), "tester"))));
        replies.forEach(store::done);

        assertThat(store.tasks(run)).containsExactly("a:COMPLETED", "b:SCHEDULED", "new:SKIPPED");
        store.done(store.committer.submit(update(run, open(run, "b").id())));
        store.done(store.committer.submit(update(run, open(run, "c").id())));
        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
    }

    @Test
    void aRunGoesOnFromATaskOrIsRetriedRightBehindItsEnd() {
        UUID rerun = start(plan(simple("a", "{}"), simple("b", "{}")));
        UUID retried = start(plan(simple("a", "{}"), simple("b", "{}")));
        UUID a = open(rerun, "a").id();
        store.done(store.committer.submit(update(rerun, a)));

        List<Future<Reply>> replies = inOneBatch(() -> List.of(
                store.committer.submit(new Command.Terminate(rerun, Optional.empty(), "tester")),
                store.committer.submit(new Command.Rerun(
                        rerun, Optional.of(a), Optional.empty(), Optional.empty(), Optional.empty(), "tester")),
                store.committer.submit(new Command.Terminate(retried, Optional.empty(), "tester")),
                store.committer.submit(new Command.Retry(retried, "tester"))));
        replies.forEach(store::done);

        assertThat(store.tasks(rerun)).containsExactly("a:SCHEDULED");
        assertThat(store.tasks(retried)).containsExactly("a:CANCELED", "a:SCHEDULED");
    }

    @Test
    void whatANewerDefinitionRefersToIsAtHandAfterARestart() {
        UUID run = start(plan(simple("old", "{}")));
        store.done(store.committer.submit(update(run, open(run, "old").id())));
        Plan next = plan(simple("a", "{}"), simple("b", "{}"), simple("c", "{\"ok\": \"${a.output.ok}\"}"));

        store.done(store.committer.submit(new Command.Restart(run, Optional.of(next), "tester")));
        store.done(store.committer.submit(update(run, open(run, "a").id())));
        store.done(store.committer.submit(update(run, open(run, "b").id())));

        assertThat(open(run, "c").input().path("ok").asBoolean()).isTrue();
    }

    /** The lane waits for the lock of another run's task while all of them gather. */
    private List<Future<Reply>> inOneBatch(Supplier<List<Future<Reply>>> commands) {
        UUID other = start(plan(simple("x", "{}")));
        StoreFixture.HeldRun held = store.hold(other);
        Future<Reply> blocked = store.committer.submit(new Command.Pause(other, "tester"));
        store.untilBlocked(1);
        List<Future<Reply>> replies = commands.get();
        held.close();
        store.done(blocked);
        return replies;
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String simple(String name, String input) {
        return "{\"name\": \"%1$s\", \"taskReferenceName\": \"%1$s\", \"type\": \"SIMPLE\", \"inputParameters\": %2$s}"
                .formatted(name, input);
    }

    private Plan plan(String... tasks) {
        JsonNode document = TestPlan.json("{\"name\": \"w\", \"tasks\": [" + String.join(", ", tasks) + "]}");
        Revisions.Revision revision = Revisions.of(Dialect.CONDUCTOR, StoreFixture.NAMESPACE, "w", document);
        await(new Revisions(store.pool).insert(Dialect.CONDUCTOR, revision));
        Plan plan = COMPILER.compile(revision.definitionId(), revision.id(), document);
        store.plans.put(plan);
        return plan;
    }

    private UUID start(Plan plan) {
        Run.Origin origin = new Run.Origin(
                Dialect.CONDUCTOR,
                StoreFixture.NAMESPACE,
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                TestPlan.json("{}"),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "tester");
        NewRun run = new NewRun(new Start(Ids.next(), origin), plan, List.of(), Optional.empty());
        return store.done(store.committer.start(run)).run().id();
    }

    private static Command update(UUID run, UUID task) {
        return new Command.Update(
                run,
                task,
                TaskStatus.COMPLETED,
                object().put("ok", true),
                Optional.empty(),
                Duration.ZERO,
                false,
                object(),
                List.of(),
                "tester");
    }

    private Task open(UUID run, String ref) {
        List<Task> tasks = new ArrayList<>();
        await(store.pool
                        .preparedQuery(TaskRows.SELECT_OPEN)
                        .execute(Tuple.tuple().addArrayOfUUID(new UUID[] {run})))
                .forEach(row -> tasks.add(TaskRows.read(row)));
        return tasks.stream()
                .filter(task -> task.label().ref().equals(ref))
                .findFirst()
                .orElseThrow(() -> new AssertionError(ref + " is not open in " + store.tasks(run)));
    }
}
