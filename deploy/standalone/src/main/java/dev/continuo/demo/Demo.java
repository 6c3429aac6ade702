package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.List;
import java.util.Optional;

/** Runs the sample workflow on a server, against a service of its own, and checks what came of it. */
public final class Demo implements AutoCloseable {
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
        FileSystemOptions files =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(files));
        SampleService service = new SampleService();
        try {
            vertx.deployVerticle(service).await();
            return new Demo(screen, vertx, service);
        } catch (RuntimeException e) {
            vertx.close().await();
            throw e;
        }
    }

    @Override
    public void close() {
        client.close();
        vertx.close().await();
    }

    /**
     * Registers the workflow, runs it and tells how it goes.
     *
     * @param address of the server, {@code http://127.0.0.1:8080}
     * @throws DemoFailure when the server does not do what it is asked
     */
    public Played play(String address) throws DemoFailure, InterruptedException {
        Workflowsvc server = new Workflowsvc(client, address, NAMESPACE);
        server.awaitReady();
        screen.step("Sample service on " + service.address());
        String definitionId =
                server.post("/workflowdefs", definition(), 201).path("_id").asText();
        screen.step("Definition `order` is " + definitionId + " in the namespace `" + NAMESPACE + "`");
        String runId = start(server, definitionId, ORDER);
        screen.step("Run " + runId);
        Follower follower = new Follower(server, screen, runId);
        JsonNode run = follower.until(now -> waiting(now).isPresent());
        Optional<JsonNode> question = waiting(run);
        Workflowsvc.Reply refusal = new Workflowsvc.Reply(0, JsonNodeFactory.instance.objectNode());
        if (question.isPresent()) {
            refusal = answer(server, runId, question.get());
            run = follower.until(now -> false);
        }
        screen.step("Run " + runId + " is " + run.path("_status").asText() + ", its output:");
        screen.detail(run.path("_output").toPrettyString());
        List<String> differences = Verification.differences(ORDER, evidence(server, run, refusal, follower));
        return new Played(definitionId, runId, differences);
    }

    /**
     * What came of the run.
     *
     * @param differences from what must come out, one line each
     */
    public record Played(String definitionId, String runId, List<String> differences) {
        public Played {
            differences = List.copyOf(differences);
        }
    }

    /** Starts another run, which waits for a person, and returns lines for a shell that try everything out. */
    public List<String> linesToTry(String address, Played played) throws DemoFailure, InterruptedException {
        Workflowsvc server = new Workflowsvc(client, address, NAMESPACE);
        String waitingRun = start(server, played.definitionId(), OTHER_ORDER);
        screen.step("Another run, " + waitingRun + ", to be answered by you:");
        JsonNode run = new Follower(server, screen, waitingRun)
                .until(now -> waiting(now).isPresent());
        JsonNode question = waiting(run)
                .orElseThrow(() -> new DemoFailure("Run " + waitingRun + " does not wait for an answer: " + run));
        JsonNode first =
                server.get("/workflows/" + played.runId()).path("_tasks").path(0);
        return new ShellLines(server, played, waitingRun)
                .lines(
                        first.path("_id").asText(),
                        question.path("_id").asText(),
                        startBody(played.definitionId(), "A-1044"));
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
    private Workflowsvc.Reply answer(Workflowsvc server, String runId, JsonNode question)
            throws DemoFailure, InterruptedException {
        String taskPath =
                "/workflows/" + runId + "/tasks/" + question.path("_id").asText();
        String path = "/workflows/" + runId + "/userinput/"
                + server.get(taskPath).path("_userInputId").asText();
        screen.step("Answering " + question.path("_name").asText() + " with decision `perhaps`");
        Workflowsvc.Reply refusal = server.tryPost(path, decision("perhaps"));
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

    private Evidence evidence(Workflowsvc server, JsonNode run, Workflowsvc.Reply refusal, Follower follower)
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
