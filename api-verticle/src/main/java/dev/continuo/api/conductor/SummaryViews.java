package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.decide.Notes;
import dev.continuo.model.QueueName;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * What searches list (conductor: WorkflowSummary, TaskSummary). Times are ISO-8601 texts in UTC; input and output are JSON
 * texts, where the original has what Java prints of a map.
 */
final class SummaryViews {
    private static final DateTimeFormatter ISO = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private static final List<String> PATHS =
            List.of("externalInputPayloadStoragePath", "externalOutputPayloadStoragePath");

    private SummaryViews() {}

    static ObjectNode workflow(Run run, RunDefinition definition) {
        Run.Origin origin = run.origin();
        ObjectNode view = Views.object();
        view.put("workflowType", origin.name());
        view.put("version", origin.definitionVersion());
        view.put("workflowId", run.id().toString());
        origin.correlationId().ifPresent(id -> view.put("correlationId", id));
        view.put("startTime", time(run.times().createdAt()));
        view.put("updateTime", time(run.times().updatedAt()));
        run.times().endedAt().ifPresent(ended -> view.put("endTime", time(ended)));
        view.put("status", run.status().name());
        String input = payload(origin.input(), definition.masking());
        String output = payload(run.output(), definition.masking());
        view.put("input", input);
        view.put("output", output);
        view.put("inputSize", size(origin.input()));
        view.put("outputSize", size(run.output()));
        run.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.put(
                "executionTime",
                between(Optional.of(run.times().createdAt()), run.times().endedAt()));
        text(origin.attributes(), "event").ifPresent(event -> view.put("event", event));
        view.put("failedReferenceTaskNames", joined(run.notes().path(Notes.FAILED_REFS)));
        JsonNode failed = run.notes().path(Notes.FAILED_NAMES);
        view.set("failedTaskNames", failed.isArray() ? failed : JsonNodeFactory.instance.arrayNode());
        for (String path : PATHS) {
            text(run.notes(), path).or(() -> text(origin.attributes(), path)).ifPresent(value -> view.put(path, value));
        }
        view.put("priority", origin.priority());
        view.put("createdBy", origin.createdBy());
        if (origin.attributes().path("taskToDomain") instanceof ObjectNode domains) {
            view.set("taskToDomain", domains);
        }
        origin.idempotencyKey().ifPresent(key -> view.put("idempotencyKey", key));
        origin.parentRunId().ifPresent(parent -> view.put("parentWorkflowId", parent.toString()));
        text(definition.view().path("metadata"), "classifier").ifPresent(word -> view.put("classifier", word));
        return view;
    }

    static ObjectNode task(Found found, Masking masking) {
        Task task = found.task();
        Task.Times times = task.times();
        ObjectNode view = Views.object();
        view.put("workflowId", found.run().id().toString());
        view.put("workflowType", found.run().name());
        found.run().correlationId().ifPresent(id -> view.put("correlationId", id));
        view.put("scheduledTime", time(times.scheduledAt()));
        times.startedAt().ifPresent(started -> view.put("startTime", time(started)));
        view.put("updateTime", time(times.updatedAt()));
        times.endedAt().ifPresent(ended -> view.put("endTime", time(ended)));
        view.put("status", task.status().name());
        task.reason().ifPresent(reason -> view.put("reasonForIncompletion", reason));
        view.put("executionTime", between(times.startedAt(), times.endedAt()));
        view.put("queueWaitTime", between(Optional.of(times.scheduledAt()), times.startedAt()));
        view.put("taskDefName", task.label().name());
        view.put("taskType", task.label().type());
        view.put("taskReferenceName", task.shownRef());
        view.put("input", payload(task.input(), masking));
        view.put("output", payload(task.output(), masking));
        view.put("taskId", task.id().toString());
        for (String path : PATHS) {
            text(task.extra().notes(), path).ifPresent(value -> view.put(path, value));
        }
        view.put("workflowPriority", found.run().priority());
        task.label()
                .queue()
                .flatMap(queue -> QueueName.ofStored(queue).domain())
                .ifPresent(domain -> view.put("domain", domain));
        return view;
    }

    private static String time(Instant instant) {
        return ISO.format(instant);
    }

    private static String payload(JsonNode payload, Masking masking) {
        return payload.isMissingNode() ? "{}" : Json.write(masking.applied(payload));
    }

    /** In bytes, as stored. */
    private static int size(JsonNode payload) {
        return payload.isMissingNode() ? 0 : Json.write(payload).getBytes(StandardCharsets.UTF_8).length;
    }

    private static long between(Optional<Instant> from, Optional<Instant> to) {
        return from.flatMap(
                        begun -> to.map(ended -> Duration.between(begun, ended).toMillis()))
                .orElse(0L);
    }

    private static Optional<String> text(JsonNode object, String member) {
        JsonNode value = object.path(member);
        return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
    }

    private static String joined(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining(","));
    }
}
