package dev.continuo.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.testing.Await;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** What the holder of an API key does in the agents dialect; remembers every answer. */
final class AgentUser {
    private static final String BASE = "/api/v1";

    private final URI address;
    private final Continuo server;
    private final String key;
    private final List<String> answers = new CopyOnWriteArrayList<>();

    AgentUser(URI address, String key) {
        this.address = address;
        this.server = new Continuo(address, Map.of("apikey", key));
        this.key = key;
    }

    /**
     * With a new key, which may administer a namespace.
     *
     * @param admin asks for it
     */
    static AgentUser with(Continuo admin, URI address, String namespace) {
        ObjectNode wanted = Docs.object("{role: 'admin', name: 'e2e'}").put("namespace", namespace);
        JsonNode made = admin.post("/admin/v1/apikeys", wanted).expect(201).json();
        return new AgentUser(address, made.path("key").textValue());
    }

    URI address() {
        return address;
    }

    String key() {
        return key;
    }

    /** Everything that the server has answered. */
    List<String> answers() {
        return List.copyOf(answers);
    }

    Continuo.Answer get(String path) {
        return remembered(server.get(BASE + path));
    }

    Continuo.Answer post(String path, JsonNode body) {
        return remembered(server.post(BASE + path, body));
    }

    Continuo.Answer delete(String path) {
        return remembered(server.delete(BASE + path));
    }

    private Continuo.Answer remembered(Continuo.Answer answer) {
        answers.add(answer.headers().map() + "\n" + answer.text());
        return answer;
    }

    /** Makes the secret that alone signs this namespace's callbacks from now on; it is shown this once. */
    String newSigningSecret() {
        return server.post(BASE + "/webhook-secret", Docs.object("{graceSeconds: 0}"))
                .expect(201)
                .json()
                .path("secret")
                .textValue();
    }

    /** @return its id */
    String create(ObjectNode agent) {
        return post("/agent", agent).expect(201).json().path("id").textValue();
    }

    /** @return the task's id */
    String run(String agent, ObjectNode input, Optional<String> callback) {
        ObjectNode body = Docs.object("{}");
        body.set("input", input);
        callback.ifPresent(url -> body.put("callback", url));
        return post("/workflow/" + agent, body).expect(201).json().path("id").textValue();
    }

    JsonNode task(String id) {
        return get("/task/" + id).expect(200).json();
    }

    /** Waits for the end of a task, and fails when it is another one. */
    JsonNode await(String id, String status) {
        JsonNode ended = Await.value("task " + id + " has ended", Continuo.LIMIT, () -> Optional.of(task(id))
                .filter(task -> !task.path("status").asText().equals("running")));
        if (!ended.path("status").asText().equals(status)) {
            throw new AssertionError("Task " + id + " should be " + status + ": " + ended.toPrettyString());
        }
        return ended;
    }

    static List<String> logs(JsonNode task) {
        return task.path("logs").valueStream().map(JsonNode::asText).toList();
    }
}
