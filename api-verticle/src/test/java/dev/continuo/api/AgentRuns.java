package dev.continuo.api;

import static dev.continuo.api.HttpFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.engine.AgentStart;
import dev.continuo.model.Dialect;
import dev.continuo.model.LogEntry;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Json;
import dev.continuo.store.Reply;
import dev.continuo.store.Revisions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Runs of an agent in one namespace, without a worker: what its nodes come to is said by hand. The agent is called Poet and
 * {@code poet}; its key and the caller's token are secrets, as are a header and the other key.
 */
public final class AgentRuns {
    public static final String OWNER = "7b0d9a0e-0000-4000-8000-000000000001";

    /** What must not be seen anywhere, sealed or not. */
    private static final List<String> SECRET = List.of("open sesame", "sealed:v1:", "hooks.test");

    private final HttpFixture api;
    private final String namespace;

    public AgentRuns(HttpFixture api, String namespace) {
        this.api = api;
        this.namespace = namespace;
    }

    public UUID start() {
        ObjectNode agent = (ObjectNode) Json.read("""
                {"id": "poet", "name": "Poet", "description": "It writes.", "variables": {"topic": "rain", "key": "open sesame"},
                 "workflow": [
                   {"type": "prompt", "name": "Write", "llm": "claude", "model": "m", "user": "On {topic}",
                    "apikey": "open sesame", "output": "draft"},
                   {"type": "mcp", "name": "Write", "user": "{draft}", "output": "final", "apikey": "{key}",
                    "config": {"url": "http://tools.test", "headers": {"X-Key": "open sesame", "X-Token": "{token}"}}},
                   {"type": "return", "name": "Return", "output": ["final"]},
                   {"type": "return", "name": "Never", "output": ["draft"]}]}""");
        Revisions.Revision revision = Revisions.of(
                Dialect.AGENTS, namespace, "poet", AgentSecrets.sealedDocument(agent, api.engine.sealer(), namespace));
        await(new Revisions(api.engine.pool()).insert(Dialect.AGENTS, revision));
        ObjectNode input = (ObjectNode) Json.read("{\"topic\":\"snow\",\"token\":\"open sesame\"}");
        return await(api.engine
                        .agents()
                        .start(new AgentStart(
                                namespace,
                                "poet",
                                revision.id(),
                                input,
                                Optional.of("https://hooks.test/open-sesame"),
                                OWNER)))
                .orElseThrow()
                .id();
    }

    /** The task that is open. */
    public UUID open(UUID run) {
        return api.sql("SELECT id FROM task WHERE run_id = $1 AND open", run)
                .iterator()
                .next()
                .getUUID("id");
    }

    public UUID complete(UUID run, String result) {
        ClaimedTask task = claimed(run);
        List<LogEntry> lines =
                List.of(new LogEntry(task.id(), Instant.now(), LogEntry.Level.INFO, "5 characters so far"));
        ObjectNode output = (ObjectNode) Json.read("{\"result\":\"" + result + "\"}");
        done(new Command.Complete(run, task.id(), OptionalInt.of(task.fence()), output, lines, "w"));
        return task.id();
    }

    public void fail(UUID run) {
        ClaimedTask task = claimed(run);
        done(new Command.Fail(
                run,
                task.id(),
                OptionalInt.of(task.fence()),
                "the key is refused",
                Json.read("{}"),
                new Command.RetryWish.Never(),
                List.of()));
    }

    private ClaimedTask claimed(UUID run) {
        return await(api.engine.claims().claim(List.of(open(run)), "w")).getFirst();
    }

    private void done(Command command) {
        assertThat(await(api.engine.committer().submit(command))).isInstanceOf(Reply.Done.class);
    }

    public static void assertNoSecret(String text) {
        SECRET.forEach(secret -> assertThat(text).doesNotContain(secret));
    }
}
