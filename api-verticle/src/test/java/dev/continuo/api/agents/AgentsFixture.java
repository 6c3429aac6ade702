package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture;
import dev.continuo.api.KeyAuthenticator;
import dev.continuo.decide.Command;
import dev.continuo.identity.Role;
import dev.continuo.model.LogEntry;
import dev.continuo.store.ApiKeys;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Json;
import dev.continuo.store.Reply;
import dev.continuo.testing.Backends;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/** This dialect over real HTTP, for people with API keys. */
final class AgentsFixture extends HttpFixture {

    /** Callers: some of one namespace, and one of another. */
    enum Person {
        ANN("agents-ns", Role.USER),
        BEN("agents-ns", Role.USER),
        CARA("other-ns", Role.USER),
        /** The administrator of the first two. */
        DORA("agents-ns", Role.ADMIN);

        private final String namespace;
        private final Role role;
        private final UUID id = UUID.nameUUIDFromBytes(name().getBytes(StandardCharsets.UTF_8));

        Person(String namespace, Role role) {
            this.namespace = namespace;
            this.role = role;
        }

        UUID id() {
            return id;
        }
    }

    static final String RETURN = "{'type': 'return', 'name': 'Return', 'output': ['topic']}";
    static final String WRITE =
            "{'type': 'prompt', 'name': 'Write', 'user': 'about {topic}', 'apikey': '{key}', 'llm': 'claude', 'model': 'm', 'output': 'draft'}";

    private final Map<Person, String> keys = new EnumMap<>(Person.class);

    AgentsFixture(Backends backends) throws IOException {
        super(
                backends,
                AgentsApi.BASE,
                engine -> new AgentsApi(engine, new KeyAuthenticator(engine.accessKeys()), true));
        for (Person person : Person.values()) {
            ApiKeys.Draft draft = new ApiKeys.Draft(
                    person.namespace, person.role, person.id, person.name(), Optional.empty(), "tests");
            keys.put(
                    person,
                    await(engine.accessKeys().issue(draft)).orElseThrow().key().text());
        }
    }

    /** The header with which a person calls. */
    Map<String, String> key(Person person) {
        return Map.of(KeyAuthenticator.HEADER, keys.get(person));
    }

    Response as(Person person, String method, String path) {
        return send(ports.get(0), method, path, Optional.empty(), key(person));
    }

    /** @param body JSON with apostrophes for quotes */
    Response as(Person person, String method, String path, String body) {
        return send(
                ports.get(0),
                method,
                path,
                Optional.of(body.replace('\'', '"')),
                Map.of(KeyAuthenticator.HEADER, keys.get(person), "Content-Type", "application/json"));
    }

    /** The same request with this header is one start. */
    Response run(Person person, String id, String input, String idempotencyKey) {
        Map<String, String> headers = new HashMap<>(key(person));
        headers.put("Content-Type", "application/json");
        headers.put("Idempotency-Key", idempotencyKey);
        String body = ("{'input': " + input + "}").replace('\'', '"');
        return send(ports.get(0), "POST", "workflow/" + id, Optional.of(body), headers);
    }

    static String agent(String id, String... nodes) {
        return """
                {'id': '%s', 'name': 'Agent %s', 'description': 'Writes about %s',
                 'variables': {'topic': 'rain', 'key': ''}, 'fields': [], 'workflow': [%s]}""".formatted(id, id, id, String.join(", ", nodes));
    }

    /** Creates an agent with these nodes. */
    void create(Person person, String id, String... nodes) {
        as(person, "POST", "agent", agent(id, nodes)).expect(201);
    }

    JsonNode run(Person person, String id, String input) {
        return as(person, "POST", "workflow/" + id, "{'input': " + input + "}")
                .expect(201)
                .json();
    }

    /** Does what a worker would do with the open node of a task. */
    void complete(UUID run, String result, String... lines) {
        UUID open = sql("SELECT id FROM task WHERE run_id = $1 AND open", run)
                .iterator()
                .next()
                .getUUID("id");
        ClaimedTask task = await(engine.claims().claim(List.of(open), "w")).getFirst();
        List<LogEntry> logs = Stream.of(lines)
                .map(line -> new LogEntry(open, Instant.now(), LogEntry.Level.INFO, line))
                .toList();
        JsonNode output = Json.read("{\"result\": \"" + result + "\"}");
        Reply reply = await(engine.committer()
                .submit(new Command.Complete(run, open, OptionalInt.of(task.fence()), output, logs, "w")));
        if (!(reply instanceof Reply.Done)) {
            throw new AssertionError("The node was not completed: " + reply);
        }
    }
}
