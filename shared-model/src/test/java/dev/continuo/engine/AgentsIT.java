package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.model.Dialect;
import dev.continuo.model.LogEntry;
import dev.continuo.model.RunStatus;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.AgentTasks.Filter;
import dev.continuo.store.CallbackClaim;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Json;
import dev.continuo.store.Listed;
import dev.continuo.store.Reply;
import dev.continuo.store.Revisions;
import dev.continuo.store.WebhookQueue;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.Message;
import dev.continuo.webhook.TaskDocuments.Document;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of agents as they are started, shown and removed. */
@ExtendWith(BackendsExtension.class)
class AgentsIT {
    private static final String OWNER = "7b0d9a0e-0000-4000-8000-000000000001";
    private static final String OTHER = "7b0d9a0e-0000-4000-8000-000000000002";
    private static final String WRITE =
            "{'type':'prompt','name':'Write','llm':'claude','model':'m','user':'{topic}','output':'draft'}";
    private static final String RETURN = "{'type':'return','name':'Return','output':['draft']}";

    private final Backends backends;
    private final Vertx vertx = Vertx.vertx();
    private Engine engine;

    AgentsIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir) throws IOException {
        Settings settings = TestSettings.of(backends, dir, "agents");
        engine = Engine.open(vertx, settings, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
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

    private static ObjectNode json(String text) {
        return (ObjectNode) Json.read(text.replace('\'', '"'));
    }

    private AgentTask start(String owner, String input, String... nodes) {
        JsonNode document =
                json("{'id':'a','name':'A','variables':{'topic':'rain'},'workflow':[" + String.join(",", nodes) + "]}");
        Revisions.Revision revision = Revisions.of(Dialect.AGENTS, "ns", "a", document);
        await(new Revisions(engine.pool()).insert(Dialect.AGENTS, revision));
        return await(engine.agents()
                        .start(new AgentStart(
                                "ns", "a", revision.id(), json(input), Optional.of("https://x.test/cb"), owner)))
                .orElseThrow();
    }

    private ClaimedTask claimed(UUID run) {
        UUID open = await(engine.pool()
                        .preparedQuery("SELECT id FROM task WHERE run_id = $1 AND open")
                        .execute(Tuple.of(run)))
                .iterator()
                .next()
                .getUUID("id");
        return await(engine.claims().claim(List.of(open), "w")).getFirst();
    }

    private void complete(UUID run, String output, String... lines) {
        ClaimedTask task = claimed(run);
        List<LogEntry> logs = Stream.of(lines)
                .map(line -> new LogEntry(task.id(), Instant.now(), LogEntry.Level.INFO, line))
                .toList();
        Reply reply = await(engine.committer()
                .submit(new Command.Complete(run, task.id(), OptionalInt.of(task.fence()), json(output), logs, "w")));
        assertThat(reply).isInstanceOf(Reply.Done.class);
    }

    private ObjectNode shown(UUID id) {
        return AgentDocuments.of(await(engine.agents().task(id)).orElseThrow());
    }

    private List<UUID> listed(String owner, Filter filter) {
        return switch (await(engine.agents().list("ns", owner, filter))) {
            case Listed.Page<AgentTask> page ->
                page.rows().stream().map(AgentTask::id).toList();
            case Listed.TooLarge<AgentTask> tooLarge -> throw new AssertionError(tooLarge);
        };
    }

    @Test
    void aTaskShowsItsNodesAndWhatTheyCameToInTheirOrder() {
        AgentTask started = start(OWNER, "{}", WRITE, WRITE, RETURN);
        assertThat(AgentDocuments.of(started))
                .isEqualTo(json("{'id':'" + started.id() + "','name':'A','agentId':'a','userId':'" + OWNER
                        + "','createdAt':'" + started.createdAt() + "','logs':['Write: Running'],'output':{},"
                        + "'status':'running','callback':'https://x.test/cb'}"));

        complete(started.id(), "{'result':'It rains.'}", "12 characters so far");
        complete(started.id(), "{'result':'It pours.'}");
        ObjectNode ended = shown(started.id());
        assertThat(ended.get("logs"))
                .isEqualTo(Json.read(
                        "[\"Write: Running\",\"12 characters so far\",\"Response: It rains.\",\"Write: Running\","
                                + "\"Response: It pours.\",\"Return: Running\"]"));
        assertThat(ended.path("status").asText()).isEqualTo("complete");
        assertThat(ended.get("output")).isEqualTo(json("{'draft':'It pours.'}"));
    }

    @Test
    void aFailedAttemptIsToldAndTheNextOneRunsWhenItsTimeHasCome() {
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        ClaimedTask task = claimed(run);
        await(engine.committer()
                .submit(new Command.Fail(
                        run,
                        task.id(),
                        OptionalInt.of(task.fence()),
                        "the model is busy",
                        Json.read("{}"),
                        new Command.RetryWish.NotBefore(Duration.ofHours(1)),
                        List.of())));
        List<JsonNode> logs =
                List.copyOf(shown(run).withArray("logs").valueStream().toList());
        assertThat(logs).hasSize(2);
        assertThat(logs.get(1).asText()).startsWith("Attempt 1 of 4 failed: the model is busy.");
    }

    @Test
    void onlyTheNewestLinesOfAVeryLongLogAreShown() {
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        String big = "x".repeat(8 << 10);
        complete(run, "{'result':'end'}", Stream.generate(() -> big).limit(600).toArray(String[]::new));
        AgentTask task = await(engine.agents().task(run)).orElseThrow();
        assertThat(task.earlier()).isPositive();
        assertThat(task.logs()).endsWith("Response: end", "Return: Running");
        assertThat(task.logs().size() + task.earlier()).isEqualTo(603);
        assertThat(shown(run).path("logs").path(0).asText())
                .isEqualTo("(" + task.earlier() + " earlier lines are not shown)");
    }

    @Test
    void tasksAreTheirOwnersAndListedFromTheNewest() {
        UUID first = start(OWNER, "{}", WRITE, RETURN).id();
        UUID second = start(OWNER, "{}", RETURN).id();
        UUID others = start(OTHER, "{}", WRITE, RETURN).id();
        assertThat(listed(OWNER, new Filter(Set.of(), Optional.empty(), 10))).containsExactly(second, first);
        assertThat(listed(OWNER, new Filter(Set.of(), Optional.empty(), 1))).containsExactly(second);
        assertThat(listed(OWNER, new Filter(Set.of(), Optional.of(second), 10))).containsExactly(first);
        assertThat(listed(OWNER, new Filter(Set.of(RunStatus.FAILED), Optional.empty(), 10)))
                .containsExactly(second);
        assertThat(await(engine.agents().task("ns", OWNER, others))).isEmpty();
        assertThat(await(engine.agents().task("elsewhere", OTHER, others))).isEmpty();
        assertThat(await(engine.agents().task("ns", OTHER, others))).isPresent();
    }

    @Test
    void aRunningTaskIsStoppedBeforeItIsRemoved() {
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        ClaimedTask task = claimed(run);
        assertThat(await(engine.agents().remove("ns", OTHER, run))).isEmpty();
        assertThat(await(engine.agents().remove("ns", OWNER, run)).map(AgentTask::status))
                .hasValue(RunStatus.TERMINATED);
        assertThat(await(engine.agents().task(run))).isEmpty();
        Reply late = await(engine.committer()
                .submit(new Command.Complete(
                        run, task.id(), OptionalInt.of(task.fence()), json("{'result':'late'}"), List.of(), "w")));
        assertThat(late).isInstanceOf(Reply.Refused.class);
        assertThat(await(engine.agents().remove("ns", OWNER, run))).isEmpty();
    }

    @Test
    void aKeyThatTheCallerBringsIsSealedBeforeAnythingIsStored() {
        String call =
                "{'type':'prompt','name':'Call','llm':'claude','model':'m','user':'hi','apikey':'{mine}','output':'o'}";
        UUID run = start(OWNER, "{'mine':'sk-very-secret','topic':'sun'}", call, RETURN)
                .id();
        String stored = await(engine.pool()
                        .preparedQuery("SELECT input || variables AS stored FROM run WHERE id = $1")
                        .execute(Tuple.of(run)))
                .iterator()
                .next()
                .getString("stored");
        assertThat(stored).doesNotContain("sk-very-secret").contains("sun");
        String sealed = Json.read(stored.substring(0, stored.indexOf('}') + 1))
                .path("mine")
                .asText();
        assertThat(engine.sealer().unseal(sealed, "ns")).isEqualTo("sk-very-secret");
        assertThat(claimed(run).input().path("apikey").asText()).isEqualTo("{mine}");
    }

    @Test
    void allTasksOfAnAgentAreRemoved() {
        UUID live = start(OWNER, "{}", WRITE, RETURN).id();
        UUID ended = start(OTHER, "{}", RETURN).id();
        await(engine.agents().removeAll("ns", "a", OWNER));
        assertThat(await(engine.agents().task(live))).isEmpty();
        assertThat(await(engine.agents().task(ended))).isEmpty();
    }

    @Test
    void linesThatComeWhenTheTaskIsGoneAreNotKept() {
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        ClaimedTask task = claimed(run);
        LogEntry line = new LogEntry(task.id(), Instant.now(), LogEntry.Level.WARN, "The worker lost the task");
        await(engine.logs().append(List.of(line)));
        assertThat(lines(task.id())).isEqualTo(1);
        await(engine.agents().remove("ns", OWNER, run));
        await(engine.logs().append(List.of(line)));
        assertThat(lines(task.id())).isZero();
    }

    private long lines(UUID task) {
        return await(engine.pool()
                        .preparedQuery("SELECT count(*) FROM task_log WHERE task_id = $1")
                        .execute(Tuple.of(task)))
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void theEndOfATaskThatIsRetriedIsToldAsTheFirstOneWas() {
        WebhookQueue queue = new WebhookQueue(engine.pool());
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        failForGood(run);
        CallbackClaim first = callback(queue, run);
        AgentTask ended = await(engine.agents().task(run)).orElseThrow();
        Message told = message(ended);
        assertThat(await(queue.make(first, told))).isPresent();
        await(queue.attempted(first, told.id(), new Attempted.Taken(200), Optional.empty()));

        retry(run);
        CallbackClaim second = callback(queue, run);
        assertThat(second.open()).isTrue();
        await(queue.rest(second, await(engine.agents().task(run)).orElseThrow().version()));
        complete(run, "{'result':'It rains.'}");
        CallbackClaim third = callback(queue, run);
        assertThat(await(queue.make(
                        third, message(await(engine.agents().task(run)).orElseThrow()))))
                .hasValue(2);
    }

    @Test
    void anEndThatWasAboutToBeToldWhileItIsRetriedIsNotTheLastMessage() {
        WebhookQueue queue = new WebhookQueue(engine.pool());
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        failForGood(run);
        CallbackClaim claim = callback(queue, run);
        Message end = message(await(engine.agents().task(run)).orElseThrow());
        retry(run);
        assertThat(await(queue.make(claim, end))).isEmpty();
        endClaim(run);
        assertThat(callback(queue, run).open()).isTrue();
    }

    private void failForGood(UUID run) {
        ClaimedTask task = claimed(run);
        Reply reply = await(engine.committer()
                .submit(new Command.Fail(
                        run,
                        task.id(),
                        OptionalInt.of(task.fence()),
                        "no such model",
                        Json.read("{}"),
                        new Command.RetryWish.Never(),
                        List.of())));
        assertThat(reply).isInstanceOf(Reply.Done.class);
    }

    private void retry(UUID run) {
        assertThat(await(engine.committer().submit(new Command.Retry(run, OWNER))))
                .isInstanceOf(Reply.Done.class);
    }

    private void endClaim(UUID run) {
        await(engine.pool()
                .preparedQuery(
                        "UPDATE webhook SET claimed_until = now() - interval '1 s', due_at = now() WHERE run_id = $1")
                .execute(Tuple.of(run)));
    }

    private CallbackClaim callback(WebhookQueue queue, UUID run) {
        await(queue.look(new UUID(0, 0), 10_000));
        return await(queue.claim(new WebhookQueue.Room(1000, 1000, 1000, Duration.ofMinutes(1)), Map.of())).stream()
                .filter(claim -> claim.runId().equals(run))
                .findAny()
                .orElseThrow();
    }

    private static Message message(AgentTask task) {
        Document document = new Document(task.version(), task.status().terminal(), AgentDocuments.of(task));
        return Message.of(UUID.randomUUID(), document, Json::write);
    }

    @Test
    void theOldestLinesAreLeftOutWhereTheWholeWouldBeTooLong() {
        UUID run = start(OWNER, "{}", WRITE, RETURN).id();
        complete(
                run,
                "{'result':'end'}",
                Stream.generate(() -> "\"".repeat(100)).limit(50).toArray(String[]::new));
        AgentTask task = await(engine.agents().task(run)).orElseThrow();
        int whole = Json.write(AgentDocuments.of(task)).length();
        assertThat(AgentDocuments.of(task, whole)).isEqualTo(AgentDocuments.of(task));
        ObjectNode shortened = AgentDocuments.of(task, 3000);
        assertThat(Json.write(shortened).length()).isBetween(2500, 3000);
        int left = shortened.path("logs").size();
        assertThat(shortened.path("logs").path(0).asText())
                .isEqualTo("(" + (53 - left + 1) + " earlier lines are not shown)");
        assertThat(shortened.path("logs").path(left - 1).asText()).isEqualTo("Return: Running");
        assertThat(shortened.path("output")).isEqualTo(json("{'draft':'end'}"));
        assertThat(AgentDocuments.of(task, 10).path("logs")).hasSize(1);
    }
}
