package dev.continuo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.store.Json;
import dev.continuo.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What a user does with a Continuo: everything over HTTP, in the workflowsvc dialect. */
final class Continuo {
    static final String NAMESPACE = "first_ns1";
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final String BASE = "/workflowsvc/api/v1/";

    private final URI address;
    private final Map<String, String> headers;

    Continuo(URI address) {
        this(address, Map.of());
    }

    /** @param headers of every request */
    Continuo(URI address, Map<String, String> headers) {
        this.address = address;
        this.headers = headers;
    }

    /** An answer, read whole. */
    record Answer(int status, HttpHeaders headers, String text) {
        JsonNode json() {
            return Json.read(text);
        }

        Answer expect(int wanted) {
            assertThat(status).as(text).isEqualTo(wanted);
            return this;
        }
    }

    Answer get(String path) {
        return send("GET", path, Optional.empty());
    }

    Answer post(String path, JsonNode body) {
        return send("POST", path, Optional.of(body));
    }

    Answer delete(String path) {
        return send("DELETE", path, Optional.empty());
    }

    Answer put(String path, JsonNode body) {
        return send("PUT", path, Optional.of(body));
    }

    /** @param path from the server's root when it begins with a slash, otherwise of the dialect and its namespace */
    private Answer send(String method, String path, Optional<JsonNode> body) {
        try {
            return trySend(method, path, body);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    /** Like the others, for when the server may be away. */
    Answer trySend(String method, String path, Optional<JsonNode> body) throws IOException {
        String namespace = path.contains("nsfilter=") ? "" : (path.contains("?") ? "&" : "?") + "nsfilter=" + NAMESPACE;
        String full = path.startsWith("/") ? path : BASE + path + namespace;
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(full))
                .timeout(Duration.ofSeconds(30))
                .header("Content-Type", "application/json")
                .method(
                        method,
                        body.map(JsonNode::toString)
                                .map(BodyPublishers::ofString)
                                .orElseGet(BodyPublishers::noBody));
        headers.forEach(request::header);
        try {
            HttpResponse<String> response = HTTP.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.headers(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Creates a definition and returns its id. */
    String define(ArrayNode tasks) {
        return define(Docs.object("{}"), tasks);
    }

    /** @param fields of the definition besides its name and tasks */
    String define(ObjectNode fields, ArrayNode tasks) {
        ObjectNode definition = fields.deepCopy().put("_name", "flow-" + UUID.randomUUID());
        definition.set("_taskDefs", tasks);
        return post("workflowdefs", definition).expect(201).json().path("_id").textValue();
    }

    void script(String name, String source) {
        ObjectNode script = Docs.object("{_userType: 'e2e'}").put("_name", name).put("_source", source);
        post("scripts", script).expect(201);
    }

    static ObjectNode startOf(String definition, String input) {
        ObjectNode body = Docs.object("{}").put("_workflowDefId", definition);
        body.set("_inputParams", Docs.object(input));
        return body;
    }

    /** Starts a run and returns its id. */
    String start(String definition, String input) {
        return post("workflows", startOf(definition, input))
                .expect(201)
                .json()
                .path("_id")
                .textValue();
    }

    JsonNode run(String id) {
        return get("workflows/" + id).expect(200).json();
    }

    /** Waits for a status, and fails at once when the run ends in another. */
    JsonNode await(String id, String status) {
        return await(id, status, LIMIT);
    }

    JsonNode await(String id, String status, Duration limit) {
        List<String> ends = List.of("COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED");
        return Await.value("run " + id + " is " + status, limit, () -> {
            JsonNode run = run(id);
            String now = run.path("_status").textValue();
            if (!now.equals(status) && ends.contains(now)) {
                throw new AssertionError("Run " + id + " should be " + status + ": " + run.toPrettyString());
            }
            return Optional.of(run).filter(found -> now.equals(status));
        });
    }

    /** The whole task of that name, in its latest attempt. */
    JsonNode task(String run, String name) {
        return get("workflows/" + run + "/tasks/" + taskId(run, name))
                .expect(200)
                .json();
    }

    String taskId(String run, String name) {
        return find(run, name)
                .orElseThrow(() -> new AssertionError("No task " + name + " in " + run(run)))
                .path("_id")
                .textValue();
    }

    JsonNode awaitTask(String run, String name, String status) {
        Await.until("task " + name + " is " + status, LIMIT, () -> find(run, name)
                .filter(task -> task.path("_status").asText().equals(status))
                .isPresent());
        return task(run, name);
    }

    private Optional<JsonNode> find(String run, String name) {
        return run(run).path("_tasks")
                .valueStream()
                .filter(task -> task.path("_name").asText().equals(name))
                .findFirst();
    }

    /** The log of a task, of all its attempts. */
    String log(String run, String name) {
        return get("workflows/" + run + "/tasks/" + taskId(run, name) + "/logs?plainText=true")
                .expect(200)
                .text();
    }

    Answer change(String run, String verb) {
        return put("workflows/" + run + "/status", Docs.object("{}").put("_status", verb));
    }

    /** The sum over all tags of a metric, by its Prometheus name. */
    double metric(String name) {
        return get("/metrics")
                .expect(200)
                .text()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }
}
