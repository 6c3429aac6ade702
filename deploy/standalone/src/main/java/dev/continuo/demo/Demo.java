package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.engine.Setting;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The sample workflow, against a service of its own. */
public final class Demo implements Show {
    static final String NOTE = "Welcome back";

    private static final String NAMESPACE = "demo";
    private static final String ORDER = "A-1042";
    private static final String OTHER_ORDER = "A-1043";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Screen screen;
    private final Vertx vertx;
    private final SampleService service;
    private final HttpClient client = HttpClient.newHttpClient();

    private Demo(Screen screen, Vertx vertx, SampleService service) {
        this.screen = screen;
        this.vertx = vertx;
        this.service = service;
    }

    /** Starts the sample service on a free loopback port. */
    public static Demo start(Screen screen) {
        Vertx vertx = vertx();
        SampleService service = new SampleService();
        try {
            vertx.deployVerticle(service).await();
            return new Demo(screen, vertx, service);
        } catch (RuntimeException e) {
            vertx.close().await();
            throw e;
        }
    }

    /** One event loop is enough for services that one run uses. */
    static Vertx vertx() {
        FileSystemOptions files =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        return Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(files));
    }

    @Override
    public void close() {
        client.close();
        vertx.close().await();
    }

    @Override
    public Map<Setting, String> settings() {
        return Map.of();
    }

    @Override
    public Played play(String address) throws DemoFailure, InterruptedException {
        Server root = new Server(client, address, Map.of());
        root.awaitReady();
        Workflowsvc server = new Workflowsvc(root, NAMESPACE);
        screen.step("Sample service on " + service.address());
        String definitionId =
                server.post("/workflowdefs", definition(), 201).path("_id").asText();
        screen.step("Definition `order` is " + definitionId + " in the namespace `" + NAMESPACE + "`");
        String runId = start(server, definitionId, ORDER);
        screen.step("Run " + runId);
        Follower follower = new Follower(server, screen, runId);
        JsonNode run = follower.until(now -> waiting(now).isPresent());
        Optional<JsonNode> question = waiting(run);
        Server.Reply refusal = new Server.Reply(0, JsonNodeFactory.instance.objectNode());
        if (question.isPresent()) {
            refusal = answer(server, runId, question.get());
            run = follower.until(now -> false);
        }
        screen.step("Run " + runId + " is " + run.path("_status").asText() + ", its output:");
        screen.detail(run.path("_output").toPrettyString());
        List<String> differences = Verification.differences(ORDER, evidence(server, run, refusal, follower));
        return new Played(differences, () -> linesToTry(server, definitionId, runId));
    }

    /** Starts another run, which waits for a person. */
    private List<String> linesToTry(Workflowsvc server, String definitionId, String runId)
            throws DemoFailure, InterruptedException {
        String waitingRun = start(server, definitionId, OTHER_ORDER);
        screen.step("Another run, " + waitingRun + ", to be answered by you:");
        JsonNode run = new Follower(server, screen, waitingRun)
                .until(now -> waiting(now).isPresent());
        JsonNode question = waiting(run)
                .orElseThrow(() -> new DemoFailure("Run " + waitingRun + " does not wait for an answer: " + run));
        JsonNode first = server.get("/workflows/" + runId).path("_tasks").path(0);
        return new ShellLines(server, definitionId, runId, waitingRun)
                .lines(first.path("_id").asText(), question.path("_id").asText(), startBody(definitionId, "A-1044"));
    }

    private String start(Workflowsvc server, String definitionId, String order)
            throws DemoFailure, InterruptedException {
        return server.post("/workflows", startBody(definitionId, order), 201)
                .path("_id")
                .asText();
    }

    private ObjectNode startBody(String definitionId, String order) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("_workflowDefId", definitionId);
        body.putObject("_inputParams").put("service", service.address()).put("order", order);
        return body;
    }

    /** Answers the question, first in a way that must be refused, and returns that refusal. */
    private Server.Reply answer(Workflowsvc server, String runId, JsonNode question)
            throws DemoFailure, InterruptedException {
        String taskPath =
                "/workflows/" + runId + "/tasks/" + question.path("_id").asText();
        String path = "/workflows/" + runId + "/userinput/"
                + server.get(taskPath).path("_userInputId").asText();
        screen.step("Answering " + question.path("_name").asText() + " with decision `perhaps`");
        Server.Reply refusal = server.tryPost(path, decision("perhaps"));
        screen.detail(refusal.status() + " " + refusal.body().path("message").asText());
        screen.step("Answering " + question.path("_name").asText() + " with decision `approved`");
        server.post(path, decision("approved"), 200);
        return refusal;
    }

    private static ObjectNode decision(String decision) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putObject("_userInput").put("decision", decision).put("note", NOTE);
        return body;
    }

    private static Optional<JsonNode> waiting(JsonNode run) {
        for (JsonNode task : run.path("_tasks")) {
            if (task.path("_status").asText().equals("WAITING")) {
                return Optional.of(task);
            }
        }
        return Optional.empty();
    }

    private Evidence evidence(Workflowsvc server, JsonNode run, Server.Reply refusal, Follower follower)
            throws DemoFailure, InterruptedException {
        String path = "/workflows/" + run.path("_id").asText();
        JsonNode nothing = JsonNodeFactory.instance.objectNode();
        Optional<String> readOrder = taskId(run, "read_order");
        Optional<String> loop = taskId(run, "ship_parcels");
        return new Evidence(
                run,
                readOrder.isPresent() ? server.get(path + "/tasks/" + readOrder.get()) : nothing,
                loop.isPresent() ? server.get(path + "/tasks/" + loop.get() + "/loopovertasks") : nothing,
                refusal,
                follower.logLines(),
                service.calls());
    }

    private static Optional<String> taskId(JsonNode run, String name) {
        for (JsonNode task : run.path("_tasks")) {
            if (task.path("_name").asText().equals(name)) {
                return Optional.of(task.path("_id").asText());
            }
        }
        return Optional.empty();
    }

    /** As it stands in {@code order.json}. */
    static JsonNode definition() {
        try (InputStream file = Demo.class.getResourceAsStream("order.json")) {
            return JSON.readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException("order.json cannot be read", e);
        }
    }
}
