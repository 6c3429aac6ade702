package dev.continuo.worker.connector.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.script.SandboxLimits;
import dev.continuo.script.ScriptEngine;
import dev.continuo.script.ScriptPool;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.RecordedLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptConnectorTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static Vertx vertx;
    private static ScriptEngine engine;
    private static ScriptPool pool;

    private final Map<String, String> scripts = new HashMap<>();
    private final RecordedLog log = new RecordedLog();

    @BeforeAll
    static void start() {
        vertx = Vertx.vertx();
        engine = new ScriptEngine(SandboxLimits.DEFAULT);
        pool = new ScriptPool(engine, new ScriptPool.Settings(1, 1));
    }

    @AfterAll
    static void stop() throws Exception {
        pool.close();
        engine.close();
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private Future<Optional<String>> find(String namespace, String userType, String name) {
        return Future.succeededFuture(Optional.ofNullable(scripts.get(namespace + "/" + userType + "/" + name)));
    }

    private static JsonNode json(String singleQuoted) throws Exception {
        return MAPPER.readTree(singleQuoted.replace('\'', '"'));
    }

    private ConnectorResult run(String source, String params) throws Exception {
        scripts.put("ns/tools/f", source);
        return execute(params).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }

    private Future<ConnectorResult> execute(String params) throws Exception {
        var connector = new ScriptConnector(vertx, pool, this::find, Duration.ofSeconds(2));
        ConnectorTask task = new ConnectorTask(
                new UUID(0, 1), new UUID(0, 2), "ns", "t", 3, json(params), Duration.ofSeconds(30), new Cancellation());
        Promise<ConnectorResult> result = Promise.promise();
        vertx.runOnContext(v -> connector.execute(task, log).onComplete(result));
        return result.future();
    }

    static Stream<Arguments> results() {
        String named = "'_userType':'tools','_scriptName':'f'";
        return Stream.of(
                Arguments.of("(input) => ({sum: input.a + input.b})", "{" + named + ",'a':1,'b':2}", "{'sum':3}"),
                Arguments.of(
                        "function f(input) { return input }", "{" + named + ",'_input':[1],'a':1}", "{'_result':[1]}"),
                Arguments.of("module.exports = { f: i => i.x }", "{" + named + ",'x':'y'}", "{'_result':'y'}"),
                Arguments.of("() => {}", "{" + named + "}", "{'_result':null}"),
                Arguments.of("(i, libraries) => libraries", "{" + named + "}", "{}"),
                Arguments.of(
                        "(i, l, ctx) => ctx",
                        "{" + named + "}",
                        "{'namespace':'ns','runId':'00000000-0000-0000-0000-000000000002',"
                                + "'taskId':'00000000-0000-0000-0000-000000000001','attempt':3}"));
    }

    @ParameterizedTest
    @MethodSource("results")
    void whatTheFunctionReturnsIsTheOutput(String source, String params, String output) throws Exception {
        assertThat(run(source, params)).isEqualTo(new ConnectorResult.Completed(json(output)));
    }

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("() => { throw new Error('no luck') }", "no luck", new RetryWish.ByPolicy()),
                Arguments.of("() => { for (;;) {} }", "longer than 2000 ms", new RetryWish.ByPolicy()),
                Arguments.of("function (", "The script failed", new RetryWish.Never()),
                Arguments.of("() => 'a'.repeat(5 << 20)", "The script failed", new RetryWish.Never()));
    }

    @ParameterizedTest
    @MethodSource("failures")
    void aScriptThatComesToNothingFailsTheTaskWithAReason(String source, String reason, RetryWish retry)
            throws Exception {
        switch (run(source, "{'_userType':'tools','_scriptName':'f'}")) {
            case ConnectorResult.Completed completed -> throw new AssertionError("completed: " + completed);
            case ConnectorResult.Waiting waiting -> throw new AssertionError("waiting: " + waiting);
            case ConnectorResult.Failed failed -> {
                assertThat(failed.reason()).contains(reason);
                assertThat(failed.retry()).isEqualTo(retry);
                assertThat(log.text()).as("the engine writes it").doesNotContain(failed.reason());
            }
        }
    }

    @Test
    void aMissingScriptIsNamedAndNotRetried() throws Exception {
        var result = run("() => 1", "{'_userType':'tools','_scriptName':'g'}");
        assertThat(result)
                .isEqualTo(ConnectorResult.Failed.forGood(
                        "There is no script \"g\" of the user type \"tools\" in the namespace"));
    }

    @Test
    void theConsoleIsTheTasksLog() throws Exception {
        run("() => { console.log('one', 2); console.error('three'); }", "{'_userType':'tools','_scriptName':'f'}");
        assertThat(log.lines).containsSubsequence("INFO one 2", "ERROR three");
        assertThat(log.lines.getLast()).startsWith("INFO The script returned after");
    }

    @Test
    void moreScriptsThanThePoolTakesWaitTheirTurn() throws Exception {
        scripts.put("ns/tools/f", "() => { const end = Date.now() + 20; while (Date.now() < end); return {} }");
        var all = Stream.generate(() -> "{'_userType':'tools','_scriptName':'f'}")
                .limit(10)
                .toList();
        var running = new ArrayList<Future<ConnectorResult>>();
        for (String params : all) {
            running.add(execute(params));
        }
        Future.all(running).toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(running).allMatch(future -> future.result() instanceof ConnectorResult.Completed);
    }

    @Test
    void aScriptIsReadAgainWhenItsTimeInTheCacheIsOver() {
        AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
        AtomicInteger reads = new AtomicInteger();
        var cached = new CachedScripts(
                (ns, type, name) -> Future.succeededFuture(
                        name.equals("none") ? Optional.empty() : Optional.of(name + reads.incrementAndGet())),
                2,
                Duration.ofSeconds(2),
                now::get);
        assertThat(cached.find("ns", "t", "a").result()).contains("a1");
        now.set(Instant.EPOCH.plusMillis(1_999));
        assertThat(cached.find("ns", "t", "a").result()).contains("a1");
        now.set(Instant.EPOCH.plusMillis(2_000));
        assertThat(cached.find("ns", "t", "a").result()).contains("a2");
        assertThat(cached.find("ns", "t", "b").result()).contains("b3");
        assertThat(cached.find("other", "t", "a").result()).contains("a4");
        assertThat(cached.find("ns", "t", "a").result())
                .as("the oldest of three is gone")
                .contains("a5");
        assertThat(cached.find("ns", "t", "none").result()).isEmpty();
    }
}
