package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
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
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Runs of the conductor dialect, each of whose steps is decided by a process that has never seen the run. */
@ExtendWith(BackendsExtension.class)
class ConductorRunsIT {
    private static final ConductorCompiler COMPILER = new ConductorCompiler(ConductorLimits.DEFAULT, true);

    private StoreFixture store;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void aDynamicForkInALoopInALoopGoesOnInAnyProcess() {
        UUID run = start("""
                {"name": "w", "tasks": [
                  {"name": "outer", "taskReferenceName": "outer", "type": "DO_WHILE",
                   "loopCondition": "$.outer.iteration < 2", "loopOver": [
                     {"name": "inner", "taskReferenceName": "inner", "type": "DO_WHILE",
                      "loopCondition": "$.inner.iteration < 2", "loopOver": [
                        {"name": "fan", "taskReferenceName": "fan", "type": "FORK_JOIN_DYNAMIC",
                         "inputParameters": {"tasks": [
                             {"name": "x", "taskReferenceName": "x", "type": "SIMPLE"},
                             {"name": "y", "taskReferenceName": "y", "type": "SIMPLE"}],
                           "inputs": {"x": {"n": 1}, "y": {"n": 2}}},
                         "dynamicForkTasksParam": "tasks", "dynamicForkTasksInputParamName": "inputs"},
                        {"name": "join", "taskReferenceName": "join", "type": "JOIN"}]}]},
                  {"name": "last", "taskReferenceName": "last", "type": "SIMPLE",
                   "inputParameters": {"passes": "${outer.output}", "joined": "${join.output.y.ok}"}}]}
                """);

        for (int pass = 0; pass < 4; pass++) {
            complete(run, "x");
            complete(run, "y");
        }

        Task last = open(run, "last");
        assertThat(last.input().path("joined").asBoolean()).isTrue();
        assertThat(last.input().at("/passes/iteration").asInt()).isEqualTo(2);
        assertThat(last.input().at("/passes/1/inner/2/join/x/ok").asBoolean()).isTrue();
        complete(run, "last");
        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        assertThat(all(run).stream().map(Task::shownRef).filter(ref -> ref.startsWith("y")))
                .containsExactly("y__1__1", "y__1__2", "y__2__1", "y__2__2");
        assertThat(all(run).stream()
                        .filter(task -> task.label().ref().equals("x"))
                        .map(task -> task.input().path("n").asInt()))
                .containsOnly(1);
    }

    @Test
    void aRerunInALoopKeepsThePassesBeforeAndForgetsThoseAfter() {
        UUID run = start("""
                {"name": "w", "tasks": [
                  {"name": "loop", "taskReferenceName": "loop", "type": "DO_WHILE",
                   "loopCondition": "$.loop.iteration < 3", "loopOver": [
                     {"name": "t", "taskReferenceName": "t", "type": "SIMPLE"}]}]}
                """);
        complete(run, "t");
        complete(run, "t");
        complete(run, "t");
        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        UUID second = all(run).stream()
                .filter(task -> task.shownRef().equals("t__2"))
                .findFirst()
                .orElseThrow()
                .id();

        submit(new Command.Rerun(
                run, Optional.of(second), Optional.empty(), Optional.empty(), Optional.of("again"), "tester"));

        assertThat(store.status(run)).isEqualTo(RunStatus.RUNNING);
        assertThat(open(run, "t").shownRef()).isEqualTo("t__2");
        complete(run, "t");
        complete(run, "t");
        assertThat(store.status(run)).isEqualTo(RunStatus.COMPLETED);
        Task loop = all(run).get(0);
        assertThat(loop.output().at("/1/t/ok").asBoolean()).isTrue();
        assertThat(loop.output().at("/3/t/ok").asBoolean()).isTrue();
        assertThat(all(run)).hasSize(4);
    }

    @Test
    void aRestartForgetsEverything() {
        UUID run = start("""
                {"name": "w", "variables": {"v": 1}, "tasks": [
                  {"name": "set", "taskReferenceName": "set", "type": "SET_VARIABLE", "inputParameters": {"v": 2}},
                  {"name": "t", "taskReferenceName": "t", "type": "SIMPLE", "inputParameters": {"v": "${workflow.variables.v}"}}],
                 "outputParameters": {"v": "${t.input.v}", "id": "${workflow.workflowId}"}}
                """);
        assertThat(open(run, "t").input().path("v").asInt()).isEqualTo(2);
        complete(run, "t");
        assertThat(read(run).output().path("id").asText()).isEqualTo(run.toString());

        submit(new Command.Restart(run, Optional.empty(), "tester"));

        assertThat(read(run).status()).isEqualTo(RunStatus.RUNNING);
        assertThat(all(run).stream().map(task -> task.label().seq())).containsExactly(1, 2);
        complete(run, "t");
        assertThat(read(run).output().path("v").asInt()).isEqualTo(2);
        assertThat(read(run).variables().path("v").asInt()).isEqualTo(2);
    }

    @Test
    void aTaskWhoseTypeIsComputedIsStoredAsWhatItIs() {
        UUID run = start("""
                {"name": "w", "tasks": [
                  {"name": "dynamic", "taskReferenceName": "d", "type": "DYNAMIC", "dynamicTaskNameParam": "what",
                   "inputParameters": {"what": "resize", "size": 3}},
                  {"name": "after", "taskReferenceName": "after", "type": "SIMPLE",
                   "inputParameters": {"ok": "${d.output.ok}"}}]}
                """);

        Task task = open(run, "d");
        assertThat(task.label().type()).isEqualTo("resize");
        assertThat(task.label().queue()).contains("resize");
        assertThat(task.input().path("size").asInt()).isEqualTo(3);
        complete(run, "d");
        assertThat(open(run, "after").input().path("ok").asBoolean()).isTrue();
    }

    private UUID start(String definition) {
        JsonNode document = TestPlan.json(definition);
        Revisions.Revision revision = Revisions.of(Dialect.CONDUCTOR, StoreFixture.NAMESPACE, "w", document);
        await(new Revisions(store.pool).insert(Dialect.CONDUCTOR, revision));
        Plan plan = COMPILER.compile(revision.definitionId(), revision.id(), document);
        store.plans.put(plan);
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

    private void complete(UUID run, String ref) {
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("ok", true);
        submit(new Command.Update(
                run,
                open(run, ref).id(),
                TaskStatus.COMPLETED,
                output,
                Optional.empty(),
                Duration.ZERO,
                false,
                JsonNodeFactory.instance.objectNode(),
                List.of(),
                "tester"));
    }

    private Outcome.Accepted submit(Command command) {
        try (Committer other = store.committer(CommitterLimits.DEFAULTS, StoreFixture.noScripts())) {
            return store.done(other.submit(command));
        }
    }

    private Task open(UUID run, String ref) {
        return all(run).stream()
                .filter(task -> task.open() && task.label().ref().equals(ref))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError(ref + " is not open in " + store.tasks(run)));
    }

    private Run read(UUID run) {
        Row row = await(store.pool.preparedQuery(RunRows.SELECT).execute(ids(run)))
                .iterator()
                .next();
        return RunRows.read(row);
    }

    private List<Task> all(UUID run) {
        List<Task> tasks = new ArrayList<>();
        await(store.pool.preparedQuery(TaskRows.SELECT_EVERY).execute(ids(run)))
                .forEach(row -> tasks.add(TaskRows.read(row)));
        tasks.sort(Comparator.comparingInt(task -> task.label().seq()));
        return tasks;
    }

    private static Tuple ids(UUID run) {
        return Tuple.tuple().addArrayOfUUID(new UUID[] {run});
    }
}
