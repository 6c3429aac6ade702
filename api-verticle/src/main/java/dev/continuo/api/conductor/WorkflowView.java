package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.decide.Notes;
import dev.continuo.decide.Outcome;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.model.Weight;
import dev.continuo.store.ConductorRuns.Whole;
import dev.continuo.store.RunFacts;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A run as answers show it (conductor: Workflow). What there is none of is left out, but for collections, which are empty
 * then, and times, which are then 0. What the definition masks is masked.
 */
final class WorkflowView {
    /** Of an open loop's input: how many passes its output tells about. */
    private static final String KEEP_LAST = "keepLastN";

    /** Members of a run's attributes and notes that are shown as they are, under their names. */
    private static final List<String> PASSED_ON = List.of(
            "reRunFromWorkflowId",
            "event",
            "ownerApp",
            "externalInputPayloadStoragePath",
            "externalOutputPayloadStoragePath",
            "rateLimitKey",
            "rateLimited");

    /** Payloads of tasks that weigh more are left out of a summary. */
    private static final long SUMMARIZED = 16 * 1024;

    private WorkflowView() {}

    /** What of a run is shown. */
    record Shown(boolean tasks, boolean summarized) {
        static final Shown ALL = new Shown(true, false);
        static final Shown BARE = new Shown(false, false);
    }

    static ObjectNode of(Whole whole, RunDefinition definition, Shown shown) {
        Run run = whole.run();
        Masking masking = definition.masking();
        ObjectNode view = Views.object();
        timed(view, run);
        view.put("createdBy", run.origin().createdBy());
        view.put("updatedBy", run.updatedBy());
        view.put("status", run.status().name());
        view.put("workflowId", run.id().toString());
        run.origin().parentRunId().ifPresent(parent -> view.put("parentWorkflowId", parent.toString()));
        run.origin().parentTaskId().ifPresent(parent -> view.put("parentWorkflowTaskId", parent.toString()));
        view.set("tasks", shown.tasks() ? tasks(whole, definition, shown) : JsonNodeFactory.instance.arrayNode());
        view.set("input", object(masking.applied(run.origin().input())));
        view.set("output", object(masking.applied(run.output())));
        view.set("variables", object(masking.applied(run.variables())));
        run.origin().correlationId().ifPresent(id -> view.put("correlationId", id));
        run.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.set("taskToDomain", object(run.origin().attributes().path("taskToDomain")));
        view.set("failedReferenceTaskNames", array(run.notes().path(Notes.FAILED_REFS)));
        view.set("failedTaskNames", array(run.notes().path(Notes.FAILED_NAMES)));
        view.set("workflowDefinition", definition.view());
        view.put("priority", run.origin().priority());
        view.put("lastRetriedTime", run.notes().path(Notes.RETRIED_AT).asLong());
        view.putArray("history");
        run.origin().idempotencyKey().ifPresent(key -> view.put("idempotencyKey", key));
        PASSED_ON.forEach(name -> passOn(view, run, name));
        view.put("workflowName", run.origin().name());
        view.put("workflowVersion", run.origin().definitionVersion());
        return view;
    }

    /** conductor: WorkflowStatus */
    static ObjectNode status(Run run, Masking masking, boolean output, boolean variables) {
        ObjectNode view = Views.object();
        view.put("workflowId", run.id().toString());
        run.origin().correlationId().ifPresent(id -> view.put("correlationId", id));
        view.put("status", run.status().name());
        if (output) {
            view.set("output", object(masking.applied(run.output())));
        }
        if (variables) {
            view.set("variables", object(masking.applied(run.variables())));
        }
        return view;
    }

    static RunFacts facts(Run run) {
        Run.Origin origin = run.origin();
        return new RunFacts(
                run.id(),
                origin.name(),
                origin.definitionVersion(),
                origin.revisionId(),
                origin.correlationId(),
                origin.priority(),
                run.status());
    }

    static ArrayNode tasks(Whole whole, RunDefinition definition, Shown shown) {
        RunDefinition all = definition.with(whole.fragments());
        RunFacts facts = facts(whole.run());
        ArrayNode tasks = JsonNodeFactory.instance.arrayNode(whole.tasks().size());
        for (Task task : whole.tasks()) {
            tasks.add(task(withPasses(task, whole.passes()), facts, all, shown));
        }
        return tasks;
    }

    /** @param definition with the tasks that the run brought itself */
    static ObjectNode task(Task task, RunFacts run, RunDefinition definition, Shown shown) {
        Optional<TaskFacts> facts =
                Optional.ofNullable(definition.tasks().get(task.label().ref()));
        Masking masking = definition.masking();
        JsonNode input = payload(masking.applied(task.input()), shown);
        JsonNode output = payload(masking.applied(task.output()), shown);
        return TaskView.of(task.withOutput(output, task.times().updatedAt()), input, run, facts);
    }

    private static JsonNode payload(JsonNode payload, Shown shown) {
        if (!shown.summarized() || Weight.of(payload) <= SUMMARIZED) {
            return payload;
        }
        return Views.object().put("_summarized", true);
    }

    /** The output of a loop that is open, with what its passes have come to so far. */
    private static Task withPasses(Task task, Map<UUID, List<Outcome.Pass>> passes) {
        List<Outcome.Pass> all = passes.getOrDefault(task.id(), List.of());
        if (all.isEmpty()) {
            return task;
        }
        int keep = task.input().path(KEEP_LAST).asInt();
        ObjectNode output = Views.object();
        all.subList(keep > 0 ? Math.max(0, all.size() - keep) : 0, all.size())
                .forEach(pass -> output.set(Integer.toString(pass.number()), pass.output()));
        if (task.output() instanceof ObjectNode known) {
            output.setAll(known);
        }
        return task.withOutput(output, task.times().updatedAt());
    }

    private static void timed(ObjectNode view, Run run) {
        long created = run.times().createdAt().toEpochMilli();
        view.put("createTime", created);
        view.put("startTime", created);
        view.put("updateTime", run.times().updatedAt().toEpochMilli());
        view.put("endTime", run.times().endedAt().map(Instant::toEpochMilli).orElse(0L));
    }

    private static void passOn(ObjectNode view, Run run, String name) {
        JsonNode note = run.notes().path(name);
        JsonNode shown = note.isMissingNode() ? run.origin().attributes().path(name) : note;
        if (!shown.isMissingNode() && !shown.isNull()) {
            view.set(name, shown);
        }
    }

    private static JsonNode object(JsonNode value) {
        return value.isObject() ? value : Views.object();
    }

    private static JsonNode array(JsonNode value) {
        return value.isArray() ? value : JsonNodeFactory.instance.arrayNode();
    }
}
