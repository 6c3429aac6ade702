package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.engine.Setting;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The sample agent, against a provider and a receiver of callbacks of its own. */
public final class AgentDemo implements Show {
    static final String TOPIC = "a lighthouse keeper";

    private static final String NAMESPACE = "demo";
    private static final String BASE = "/api/v1";
    private static final Duration PACE = Duration.ofMillis(80);
    private static final Duration LAST_CALLBACK_LIMIT = Duration.ofSeconds(20);
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Screen screen;
    private final String providerKey;
    private final SampleProvider provider;
    private final CallbackReceiver receiver;
    private final HttpClient client = HttpClient.newHttpClient();

    private AgentDemo(Screen screen, String providerKey, SampleProvider provider, CallbackReceiver receiver) {
        this.screen = screen;
        this.providerKey = providerKey;
        this.provider = provider;
        this.receiver = receiver;
    }

    /** Starts the provider and the receiver on free loopback ports. */
    public static AgentDemo start(Screen screen) throws IOException {
        String key = "sample-" + UUID.randomUUID();
        SampleProvider provider = SampleProvider.start(new Storyteller(key), PACE, true);
        try {
            return new AgentDemo(screen, key, provider, CallbackReceiver.start(0, screen::callback));
        } catch (IOException e) {
            provider.close();
            throw e;
        }
    }

    @Override
    public Map<Setting, String> settings() {
        return Map.of(Setting.ANTHROPIC_BASE_URL, provider.url());
    }

    @Override
    public void close() {
        client.close();
        receiver.close();
        provider.close();
    }

    @Override
    public Played play(String address) throws DemoFailure, InterruptedException {
        Server root = new Server(client, address, Map.of());
        root.awaitReady();
        screen.step("Sample provider on " + provider.url() + ", callbacks go to " + receiver.url());
        String key = key(root);
        Server server = root.with(Map.of("apikey", key));
        JsonNode agent = create(server);
        receiver.trust(signingSecret(server));
        JsonNode started = server.post(BASE + "/workflow/" + agent.path("id").asText(), start(), 201);
        String id = started.path("id").asText();
        screen.step("Task " + id);
        TaskFollower follower = new TaskFollower(server, screen, BASE + "/task/" + id);
        JsonNode task = follower.follow();
        awaitLastCallback();
        screen.step("Task " + id + " is " + task.path("status").asText() + ", its output:");
        screen.detail(task.path("output").toPrettyString());
        AgentEvidence evidence = new AgentEvidence(
                server.get(BASE + "/agent/" + agent.path("id").asText()),
                started,
                task,
                follower.lines(),
                receiver.received(),
                provider.questions());
        return new Played(AgentVerification.differences(providerKey, evidence), () -> linesToTry(address, key, id));
    }

    private String key(Server root) throws DemoFailure, InterruptedException {
        ObjectNode wanted = JsonNodeFactory.instance.objectNode();
        wanted.put("namespace", NAMESPACE).put("role", "admin").put("name", "demo");
        String key = root.post("/admin/v1/apikeys", wanted, 201).path("key").asText();
        screen.step(
                "API key " + key.substring(0, Math.min(8, key.length())) + "… of the namespace `" + NAMESPACE + "`");
        return key;
    }

    private JsonNode create(Server server) throws DemoFailure, InterruptedException {
        ObjectNode definition = definition();
        definition.withObject("variables").put("providerKey", providerKey);
        JsonNode agent = server.post(BASE + "/agent", definition, 201);
        List<String> nodes = agent.path("workflow")
                .valueStream()
                .map(node ->
                        node.path("name").asText() + " (" + node.path("type").asText() + ")")
                .toList();
        screen.step("Agent `" + agent.path("id").asText() + "`: " + String.join(", ", nodes));
        return agent;
    }

    /** It is shown when it is made, and not again. */
    private static String signingSecret(Server server) throws DemoFailure, InterruptedException {
        ObjectNode alone = JsonNodeFactory.instance.objectNode().put("graceSeconds", 0);
        return server.post(BASE + "/webhook-secret", alone, 201).path("secret").asText();
    }

    private ObjectNode start() {
        ObjectNode start = JsonNodeFactory.instance.objectNode();
        start.putObject("input").put("topic", TOPIC);
        return start.put("callback", receiver.url());
    }

    private void awaitLastCallback() throws InterruptedException {
        long end = System.nanoTime() + LAST_CALLBACK_LIMIT.toNanos();
        while (System.nanoTime() < end
                && receiver.received().stream().noneMatch(call -> TaskFollower.ended(call.task()))) {
            Thread.sleep(INTERVAL);
        }
    }

    private List<String> linesToTry(String address, String key, String id) {
        String curl = "curl -s -H 'apikey: " + key + "' ";
        String api = address + BASE;
        String again = "{\"input\":{\"topic\":\"a clockmaker\"}}";
        return List.of(
                "",
                "# The agent, the task, and what its callbacks came to",
                curl + "'" + api + "/agent'",
                curl + "'" + api + "/task/" + id + "'",
                curl + "'" + api + "/task/" + id + "/deliveries'",
                "",
                "# Run it again, and look at all tasks; a task can be followed at /task/ID/events",
                curl + "-H 'content-type: application/json' -d '" + again + "' '" + api + "/workflow/story'",
                curl + "'" + api + "/task'");
    }

    /** As it stands in {@code story.json}, without the provider's key. */
    static ObjectNode definition() {
        try (InputStream file = AgentDemo.class.getResourceAsStream("story.json")) {
            return (ObjectNode) JSON.readTree(file);
        } catch (IOException e) {
            throw new IllegalStateException("story.json cannot be read", e);
        }
    }
}
