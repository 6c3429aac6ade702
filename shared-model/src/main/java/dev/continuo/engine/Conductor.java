package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.World;
import dev.continuo.definition.Plan;
import dev.continuo.secret.Sealer;
import dev.continuo.store.Committer;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.KeyOwners;
import dev.continuo.store.OtherRuns;
import dev.continuo.store.Plans;
import dev.continuo.store.RunMessages;
import dev.continuo.store.Secrets;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What the conductor dialect needs of the engine besides decisions. Safe for any thread. */
public final class Conductor implements World {
    /** Where everything of the dialect is until its users have identities. */
    public static final String NAMESPACE = "default";

    private static final Set<String> INTERNAL = Set.of(
            "SUB_WORKFLOW",
            "START_WORKFLOW",
            "UPDATE_TASK",
            "GET_WORKFLOW",
            "TERMINATE_WORKFLOW",
            "PULL_WORKFLOW_MESSAGES");

    private final Vertx vertx;
    private final Pool pool;
    private final Context context;
    private final Plans plans;
    private final PollHub polls;
    private final Snapshots snapshots;
    private final Watchers watchers;
    private final TaskDefinitions taskDefinitions;
    private final SecretInputs secretInputs;
    private volatile Optional<Parts> parts = Optional.empty();

    /** What exists once there is a committer. */
    private record Parts(Runs runs, Performer performer, Family family, RunSlots slots, OutputMemory memory) {}

    /** @param listen listens to what other processes do, as soon as somebody waits for a run */
    Conductor(Vertx vertx, Pool pool, Plans plans, PollHub polls, Sealer sealer, Runnable listen) {
        this.vertx = vertx;
        this.pool = pool;
        this.plans = plans;
        this.polls = polls;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.snapshots = new Snapshots(vertx, pool, plans);
        this.watchers = new Watchers(vertx, listen);
        this.secretInputs =
                new SecretInputs(pool, this::plan, new Secrets(pool, sealer), new EnvironmentVariables(pool));
        this.taskDefinitions = new TaskDefinitions(context, new ConductorTaskDefs(pool), NAMESPACE);
    }

    /** The committer decides with this world, and this world acts through the committer. */
    void open(Committer committer, Commands commands) {
        RunSlots slots = new RunSlots(vertx, context, pool, commands);
        Runs runs = new Runs(vertx, snapshots, committer, new KeyOwners(pool), slots);
        Performer performer = new Performer(commands, runs, new OtherRuns(pool), new RunMessages(pool));
        Family family = new Family(context, pool, commands, this::plan, runs, performer, watchers, this::wake);
        OutputMemory memory = new OutputMemory(vertx, context, pool, commands);
        parts = Optional.of(new Parts(runs, performer, family, slots, memory));
        slots.start();
        memory.start();
        taskDefinitions.read();
    }

    Aftermath aftermath() {
        return new LateAftermath(
                polls, () -> parts.map(Parts::family), () -> parts.map(Parts::slots), () -> parts.map(Parts::memory));
    }

    void close() {
        parts.ifPresent(open -> {
            open.slots().close();
            open.memory().close();
        });
    }

    public Runs runs() {
        return parts.orElseThrow().runs();
    }

    /** Where external workers get their tasks. */
    public PollHub polls() {
        return polls;
    }

    /** Inputs as who executes a task gets them. */
    public SecretInputs secretInputs() {
        return secretInputs;
    }

    public Watchers watchers() {
        return watchers;
    }

    /** The plan of a revision, whose document is the whole snapshot; empty when there is no such revision. */
    public Future<Optional<Plan>> plan(UUID revisionId) {
        return plans.plan(vertx, pool, revisionId);
    }

    /** The plan that a start of this workflow would execute now. */
    public Future<Optional<Plan>> plan(String namespace, String name, Optional<Integer> version) {
        return snapshots.plan(namespace, name, version);
    }

    /** A workflow or task definition has been changed by this process. */
    public void definitionsChanged() {
        snapshots.changed();
        taskDefinitions.read();
        polls.limitsChanged();
    }

    /** Something may be in this queue, as stored. */
    void wake(String queue) {
        polls.wake(queue);
    }

    /** A message has come for tasks of the run that may wait for one. */
    public void messageArrived(UUID runId) {
        new OtherRuns(pool)
                .openOfType(runId, "PULL_WORKFLOW_MESSAGES")
                .onSuccess(tasks -> tasks.forEach(task -> performAgain(runId, task)));
    }

    /** Whether the engine executes tasks of this type itself. */
    static boolean internal(String type) {
        return INTERNAL.contains(type);
    }

    /** Executes a task whose execution may have got lost. */
    void performAgain(UUID runId, UUID taskId) {
        new OtherRuns(pool)
                .task(runId, taskId)
                .onSuccess(found -> found.ifPresent(
                        both -> parts.ifPresent(open -> open.performer().perform(both.run(), both.task()))));
    }

    @Override
    public Optional<JsonNode> taskDefinition(String name) {
        return taskDefinitions.find(name);
    }

    @Override
    public boolean polled(String queue) {
        return polls.polled(queue);
    }
}
