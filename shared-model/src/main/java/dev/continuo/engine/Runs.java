package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Notes;
import dev.continuo.decide.Start;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.definition.conductor.ConductorWorkflowValidator;
import dev.continuo.definition.conductor.WorkflowDefDoc;
import dev.continuo.definition.conductor.WorkflowDefDoc.RateLimit;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.store.Committer;
import dev.continuo.store.Ids;
import dev.continuo.store.KeyOwners;
import dev.continuo.store.NewRun;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Starts runs of the conductor dialect by the names of their workflows. Safe for any thread. */
public final class Runs {
    /** Of a run's attributes: see {@link StartSpec#taskToDomain()}. */
    private static final String DOMAINS = "taskToDomain";

    private final Vertx vertx;
    private final Snapshots snapshots;
    private final Committer committer;
    private final KeyOwners keys;
    private final RunSlots slots;
    private final InputSchemas schemas;

    Runs(Vertx vertx, Snapshots snapshots, Committer committer, KeyOwners keys, RunSlots slots) {
        this.vertx = vertx;
        this.snapshots = snapshots;
        this.committer = committer;
        this.keys = keys;
        this.slots = slots;
        this.schemas = new InputSchemas(vertx);
    }

    public Future<StartResult> start(StartSpec spec) {
        return plan(spec).compose(planned -> switch (planned) {
            case Planned.Found(Plan plan) -> start(spec, plan);
            case Planned.Not(StartResult why) -> Future.succeededFuture(why);
        });
    }

    /** What a start would execute. */
    public sealed interface Planned {
        record Found(Plan plan) implements Planned {}

        /** @param why what the start would come to */
        record Not(StartResult why) implements Planned {}
    }

    /** The plan that a start would execute now. */
    public Future<Planned> plan(StartSpec spec) {
        if (spec.definition().isPresent()) {
            return planWritten(spec, spec.definition().get());
        }
        return snapshots.plan(spec.namespace(), spec.name(), spec.version()).map(plan -> plan.<Planned>map(
                        Planned.Found::new)
                .orElseGet(() -> new Planned.Not(new StartResult.Missing(missing(spec)))));
    }

    private static String missing(StartSpec spec) {
        return "No such workflow found by name: %s, version: %s"
                .formatted(
                        spec.name(),
                        spec.version().map(version -> Integer.toString(version)).orElse("latest"));
    }

    private Future<Planned> planWritten(StartSpec spec, ObjectNode definition) {
        return vertx.executeBlocking(
                        () -> new ConductorWorkflowValidator(ConductorLimits.DEFAULT, false)
                                .validate(definition, name -> Optional.empty()),
                        false)
                .compose(violations -> violations.isEmpty()
                        ? snapshots.plan(spec.namespace(), definition).map(Planned.Found::new)
                        : Future.succeededFuture(new Planned.Not(new StartResult.Invalid(violations))));
    }

    private Future<StartResult> start(StartSpec spec, Plan plan) {
        UUID runId = spec.identity().runId().orElseGet(Ids::next);
        NewRun run = new NewRun(new Start(runId, origin(spec, plan)), plan, List.of(), Optional.empty());
        WorkflowDefDoc def = new WorkflowDefDoc((ObjectNode) plan.traits().document());
        ObjectNode attributes = (ObjectNode) run.start().origin().attributes();
        return schemas.check(plan, def, run.start().origin().input())
                .compose(violations -> violations.isEmpty()
                        ? admitted(spec, run, def.rateLimitConfig(), attributes)
                        : Future.succeededFuture(new StartResult.Invalid(violations)));
    }

    /** Of a run that executes that plan. */
    public static Run.Origin origin(StartSpec spec, Plan plan) {
        WorkflowDefDoc def = new WorkflowDefDoc((ObjectNode) plan.traits().document());
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        attributes.setAll(spec.attributes());
        if (!spec.taskToDomain().isEmpty()) {
            attributes.set(DOMAINS, spec.taskToDomain());
        }
        return new Run.Origin(
                Dialect.CONDUCTOR,
                spec.namespace(),
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                input(def.inputTemplate(), spec.input()),
                spec.priority(),
                spec.correlationId(),
                spec.idempotencyKey(),
                spec.identity().parentTaskId(),
                spec.by(),
                def.version(),
                spec.identity().parentRunId(),
                attributes);
    }

    private Future<StartResult> admitted(StartSpec spec, NewRun run, Optional<RateLimit> limit, ObjectNode attributes) {
        return limit.isEmpty() ? commit(spec, run, true) : limited(spec, run, limit.get(), attributes);
    }

    private Future<StartResult> limited(StartSpec spec, NewRun run, RateLimit limit, ObjectNode attributes) {
        UUID runId = run.start().runId();
        String key = RunSlots.key(limit, run.start().origin());
        attributes.put(RunSlots.KEY, key);
        return slots.arrive(runId, limit, run.start().origin(), key)
                .compose(place -> switch (place) {
                    case LIVES -> commit(spec, run, true);
                    case WAITS -> {
                        attributes.put(Notes.WAITS_TO_BEGIN, true);
                        yield commit(spec, run, true);
                    }
                    case NONE ->
                        Future.succeededFuture(
                                new StartResult.Conflict("Workflow '%s' has %d runs of the key '%s', as many as it may"
                                        .formatted(run.plan().name(), limit.concurrent(), key)));
                })
                // After a failure nobody knows whether the run is there: its place is looked after later.
                .onSuccess(result -> {
                    if (!isThere(result, runId)) {
                        slots.left(runId);
                    }
                });
    }

    private static boolean isThere(StartResult result, UUID runId) {
        return switch (result) {
            case StartResult.Started started -> true;
            case StartResult.Existing(UUID other) -> other.equals(runId);
            case StartResult.Missing missing -> false;
            case StartResult.Conflict conflict -> false;
            case StartResult.Invalid invalid -> false;
        };
    }

    /** What the caller leaves out or null comes from the template (conductor: inputTemplate). */
    private static ObjectNode input(ObjectNode template, ObjectNode given) {
        if (template.isEmpty()) {
            return given;
        }
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        input.setAll(given);
        for (Map.Entry<String, JsonNode> member : template.properties()) {
            if (input.path(member.getKey()).isMissingNode()
                    || input.path(member.getKey()).isNull()) {
                input.set(member.getKey(), member.getValue());
            }
        }
        return input;
    }

    private Future<StartResult> commit(StartSpec spec, NewRun run, boolean mayFree) {
        return committer.start(run).compose(reply -> switch (reply) {
            case Reply.Done(var outcome) ->
                Future.succeededFuture(new StartResult.Started(outcome.run().id(), outcome.run()));
            case Reply.Refused(var rejection) -> Future.succeededFuture(new StartResult.Conflict(rejection.message()));
            case Reply.Existing(UUID other) -> existing(spec, run, other, mayFree);
        });
    }

    private Future<StartResult> existing(StartSpec spec, NewRun run, UUID other, boolean mayFree) {
        // A start that is repeated finds itself.
        if (other.equals(run.start().runId())
                || spec.idempotencyKey().isEmpty()
                || spec.strategy() == IdempotencyStrategy.RETURN_EXISTING) {
            return Future.succeededFuture(new StartResult.Existing(other));
        }
        String key = spec.idempotencyKey().get();
        String taken = "Workflow with idempotency key '%s' already exists: %s".formatted(key, other);
        if (spec.strategy() == IdempotencyStrategy.FAIL || !mayFree) {
            return Future.succeededFuture(new StartResult.Conflict(taken));
        }
        return keys.freeIfEnded(spec.namespace(), run.plan().name(), key, other)
                .compose(freed ->
                        freed ? commit(spec, run, false) : Future.succeededFuture(new StartResult.Conflict(taken)));
    }
}
