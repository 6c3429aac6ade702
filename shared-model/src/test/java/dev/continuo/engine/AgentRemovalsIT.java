package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.store.Agents.Agent;
import dev.continuo.store.Agents.Written;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Removals that a process has left half done. */
@ExtendWith(BackendsExtension.class)
class AgentRemovalsIT {
    private static final String OWNER = "7b0d9a0e-0000-4000-8000-000000000003";
    private static final String NS = "removals";

    private final Backends backends;
    private final Vertx vertx = Vertx.vertx();
    private Engine engine;
    private dev.continuo.store.Agents stored;

    AgentRemovalsIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir) throws IOException {
        Settings settings = TestSettings.of(backends, dir, "removals");
        engine = Engine.open(vertx, settings, new SimpleMeterRegistry());
        stored = new dev.continuo.store.Agents(engine.pool());
    }

    @AfterEach
    void close() {
        await(engine.pool().query("DELETE FROM agent").execute());
        engine.close();
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(60, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within a minute", e);
        }
    }

    private Written insert(String id) {
        ObjectNode document = (ObjectNode) Json.read("""
                {"id": "%s", "name": "%s", "description": "d", "variables": {"x": "y"}, "fields": [], "workflow": [
                  {"type": "prompt", "name": "P", "llm": "claude", "model": "m", "user": "u", "output": "o"}]}""".formatted(id, id));
        return await(stored.insert(NS, document, OWNER));
    }

    private UUID start(String id) {
        UUID revision = await(stored.revision(NS, id)).orElseThrow();
        return await(engine.agents()
                        .start(new AgentStart(NS, id, revision, (ObjectNode) Json.read("{}"), Optional.empty(), OWNER)))
                .orElseThrow()
                .id();
    }

    private AgentRemovals removals(Duration patience) {
        return new AgentRemovals(vertx, stored, engine.agents(), patience);
    }

    @Test
    void whatADyingProcessLeavesIsFinishedByAnotherOne() {
        insert("left");
        insert("kept");
        UUID ofLeft = start("left");
        UUID ofKept = start("kept");
        assertThat(await(stored.beginRemoval(NS, "left", OWNER)).map(Agent::id)).hasValue("left");
        assertThat(await(stored.beginRemoval(NS, "left", OWNER))).isEmpty();

        assertThat(await(removals(Duration.ofMinutes(1)).finishLeft())).isZero();
        assertThat(insert("left")).isEqualTo(new Written.Duplicate("id"));

        assertThat(await(removals(Duration.ZERO).finishLeft())).isEqualTo(1);
        assertThat(await(engine.agents().task(ofLeft))).isEmpty();
        assertThat(await(engine.agents().task(ofKept))).isPresent();
        assertThat(insert("left")).isInstanceOf(Written.Stored.class);
    }

    @Test
    void theEndOfARemovalDoesNotTakeAnAgentThatWasMadeAgain() {
        insert("again");
        Agent first = await(stored.beginRemoval(NS, "again", OWNER)).orElseThrow();
        dev.continuo.store.Agents.Removed removed =
                new dev.continuo.store.Agents.Removed(NS, "again", first.definitionId(), OWNER);
        await(stored.endRemoval(removed));
        insert("again");
        await(stored.beginRemoval(NS, "again", OWNER));
        await(stored.endRemoval(removed));
        assertThat(insert("again")).isEqualTo(new Written.Duplicate("id"));
    }

    @Test
    void anUpdateOfAVersionThatIsNoMoreChangesNothing() {
        Agent first = ((Written.Stored) insert("raced")).agent();
        ObjectNode changed = first.document().deepCopy().put("description", "other");
        assertThat(await(stored.update(first, changed, OWNER))).isInstanceOf(Written.Stored.class);
        assertThat(await(stored.update(first, changed, OWNER))).isEqualTo(new Written.Changed());
        await(stored.beginRemoval(NS, "raced", OWNER));
        Agent second = await(stored.find(NS, "raced")).orElse(first);
        assertThat(await(stored.update(second, changed, OWNER))).isEqualTo(new Written.Changed());
    }

    @Test
    void anAgentThatCannotBeRemovedDoesNotKeepTheOthers() {
        insert("stuck");
        insert("fine");
        await(engine.pool().preparedQuery("""
                        INSERT INTO run (id, namespace, dialect, definition_id, revision_id, name, status, version, next_seq,
                                         priority, correlation_id, input, variables, created_at, updated_at, created_by,
                                         updated_by)
                        VALUES ($1, $2, 3, $1, $1, 'stuck', 0, 0, 1, 0, 'stuck', '{}', '{}', now(), now(), $3, $3)""").execute(Tuple.of(UUID.randomUUID(), NS, OWNER)));
        await(stored.beginRemoval(NS, "stuck", OWNER));
        await(stored.beginRemoval(NS, "fine", OWNER));

        await(removals(Duration.ZERO).finishLeft());

        assertThat(insert("stuck")).isEqualTo(new Written.Duplicate("id"));
        assertThat(insert("fine")).isInstanceOf(Written.Stored.class);
        await(engine.pool()
                .preparedQuery("DELETE FROM run WHERE namespace = $1")
                .execute(Tuple.of(NS)));
    }
}
