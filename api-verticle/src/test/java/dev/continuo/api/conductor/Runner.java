package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.HttpFixture;
import dev.continuo.engine.IdempotencyStrategy;
import dev.continuo.engine.StartResult;
import dev.continuo.engine.StartSpec;
import dev.continuo.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Defines workflows of its own, starts them in the engine, and works on their tasks over HTTP. */
final class Runner {
    private static final AtomicInteger NAMES = new AtomicInteger();

    private final ConductorFixture api;

    Runner(ConductorFixture api) {
        this.api = api;
    }

    /** A name that no other test uses. */
    static String name(String word) {
        return word + "_" + NAMES.incrementAndGet();
    }

    /** @param tasks a JSON array of WorkflowTask */
    void define(String workflow, String tasks) {
        api.post("metadata/workflow", """
                {"name": "%s", "version": 1, "schemaVersion": 2, "timeoutSeconds": 0, "ownerEmail": "a@b.example",
                 "tasks": %s}""".formatted(workflow, tasks)).expect(200);
    }

    /** Members besides the name and the owner. */
    void defineTask(String name, String members) {
        api.post("metadata/taskdefs", """
                [{"name": "%s", "ownerEmail": "a@b.example", %s}]""".formatted(name, members)).expect(200);
    }

    /** Of one SIMPLE task of that name, whose reference is the name with {@code _ref}. */
    String startOne(String task, String input) {
        String workflow = name("of_" + task);
        define(workflow, "[" + simple(task, "{\"x\": \"${workflow.input.x}\"}") + "]");
        return start(workflow, input);
    }

    static String simple(String task, String inputParameters) {
        return """
                {"name": "%1$s", "taskReferenceName": "%1$s_ref", "type": "SIMPLE", "inputParameters": %2$s}""".formatted(task, inputParameters);
    }

    String start(String workflow, String input) {
        return start(workflow, input, JsonNodeFactory.instance.objectNode());
    }

    String start(String workflow, String input, ObjectNode taskToDomain) {
        StartSpec spec = new StartSpec(
                ConductorApi.NAMESPACE,
                workflow,
                Optional.empty(),
                Optional.empty(),
                (ObjectNode) Json.read(input),
                Optional.of("correlated"),
                7,
                taskToDomain,
                Optional.empty(),
                IdempotencyStrategy.FAIL,
                JsonNodeFactory.instance.objectNode(),
                "tester",
                StartSpec.Identity.NEW);
        StartResult result = HttpFixture.await(api.engine.conductor().runs().start(spec));
        return switch (result) {
            case StartResult.Started started -> started.runId().toString();
            case StartResult.Existing existing -> throw new AssertionError(existing);
            case StartResult.Missing missing -> throw new AssertionError(missing);
            case StartResult.Conflict conflict -> throw new AssertionError(conflict);
            case StartResult.Invalid invalid -> throw new AssertionError(invalid);
        };
    }

    JsonNode poll(String task) {
        return api.get("tasks/poll/" + task + "?workerid=w1").expect(200).json();
    }

    /** A result with these members besides the ids. */
    static String result(JsonNode task, String members) {
        return """
                {"workflowInstanceId": "%s", "taskId": "%s", %s}""".formatted(
                task.path("workflowInstanceId").asText(), task.path("taskId").asText(), members);
    }

    HttpFixture.Response update(JsonNode task, String members) {
        return api.post("tasks", result(task, members));
    }

    JsonNode task(String id) {
        return api.get("tasks/" + id).expect(200).json();
    }

    String status(String runId) {
        return switch (api.sql("SELECT status FROM run WHERE id = $1::text::uuid", runId)
                .iterator()
                .next()
                .getInteger(0)) {
            case 0 -> "RUNNING";
            case 2 -> "COMPLETED";
            case 3 -> "FAILED";
            case 5 -> "TERMINATED";
            default -> "OTHER";
        };
    }

    /** The ids of a run's tasks in their order. */
    List<String> tasks(String runId) {
        List<String> ids = new ArrayList<>();
        api.sql("SELECT id FROM task WHERE run_id = $1::text::uuid ORDER BY seq", runId)
                .forEach(row -> ids.add(row.getUUID(0).toString()));
        return ids;
    }
}
