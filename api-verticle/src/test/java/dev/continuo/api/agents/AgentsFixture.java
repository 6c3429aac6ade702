package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.Authenticator;
import dev.continuo.api.HttpFixture;
import dev.continuo.api.Principal;
import dev.continuo.api.Problem;
import dev.continuo.api.Refused;
import dev.continuo.decide.Command;
import dev.continuo.identity.Role;
import dev.continuo.model.LogEntry;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Json;
import dev.continuo.store.Reply;
import dev.continuo.testing.Backends;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/** This dialect over real HTTP. Who calls is told by a header that names one of the people here. */
final class AgentsFixture extends HttpFixture {

    /** Callers: two of one namespace, and one of another. */
    enum Person {
        ANN("agents-ns"),
        BEN("agents-ns"),
        CARA("other-ns"),
        /** The administrator of the first two. */
        DORA("agents-ns", Role.ADMIN);

        private final String namespace;
        private final Role role;
        private final UUID id = UUID.nameUUIDFromBytes(name().getBytes(StandardCharsets.UTF_8));

        Person(String namespace) {
            this(namespace, Role.USER);
        }

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

    AgentsFixture(Backends backends) throws IOException {
        super(backends, AgentsApi.BASE, engine -> new AgentsApi(engine, KNOWN_PEOPLE, true));
    }

    private static final Authenticator KNOWN_PEOPLE = request -> Stream.of(Person.values())
            .filter(person -> person.name().equals(request.getHeader("apikey")))
            .findFirst()
            .map(person -> Future.succeededFuture(Principal.of(
                    person.id, new Principal.Grant(new UUID(0, person.ordinal()), person.namespace, person.role))))
            .orElseGet(() -> Future.failedFuture(new Refused(Problem.of(401, "Unauthorized. API key is invalid"))));

    Response as(Person person, String method, String path) {
        return send(ports.get(0), method, path, Optional.empty(), Map.of("apikey", person.name()));
    }

    /** @param body JSON with apostrophes for quotes */
    Response as(Person person, String method, String path, String body) {
        return send(
                ports.get(0),
                method,
                path,
                Optional.of(body.replace('\'', '"')),
                Map.of("apikey", person.name(), "Content-Type", "application/json"));
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
