package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ScriptPoolTest {

    private static final JsonNode CALL = Script.arguments(NullNode.getInstance(), NullNode.getInstance());
    private static final Script HELD = new Script.Function("() => { console.log('begun'); return 1; }", "run");
    private static final Duration AMPLE = Duration.ofSeconds(30);

    private static ScriptEngine engine;

    @BeforeAll
    static void open() {
        engine = new ScriptEngine(SandboxLimits.DEFAULT);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void aFullQueueRefusesAtOnceAndTheRestStillRuns() throws Exception {
        try (var pool = new ScriptPool(engine, new ScriptPool.Settings(1, 2))) {
            var begun = new CountDownLatch(1);
            var goOn = new CountDownLatch(1);
            var accepted = new ArrayList<CompletableFuture<JsonNode>>();
            accepted.add(pool.submit(HELD, CALL, (level, line) -> hold(begun, goOn), AMPLE));
            begun.await();
            accepted.add(pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE));
            accepted.add(pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE));
            assertThatThrownBy(() ->
                            pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE).join())
                    .hasCauseInstanceOf(RejectedExecutionException.class);
            goOn.countDown();
            assertThat(accepted)
                    .allSatisfy(outcome -> assertThat(outcome.join().asInt()).isEqualTo(1));
        }
    }

    @Test
    void aWarmPoolTakesScripts() {
        try (var pool = new ScriptPool(engine, new ScriptPool.Settings(2, 2))) {
            pool.warmUp().join();
            assertThat(pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE).join().asInt())
                    .isEqualTo(1);
        }
    }

    @Test
    void evaluationsRunSideBySideOnThreadsOfThePool() throws Exception {
        try (var pool = new ScriptPool(engine, new ScriptPool.Settings(2, 2))) {
            var both = new CountDownLatch(2);
            var goOn = new CountDownLatch(1);
            var first = pool.submit(HELD, CALL, (level, line) -> hold(both, goOn), AMPLE);
            var second = pool.submit(HELD, CALL, (level, line) -> hold(both, goOn), AMPLE);
            assertThat(both.await(30, TimeUnit.SECONDS)).isTrue();
            goOn.countDown();
            assertThat(first.join()).isEqualTo(second.join());
        }
    }

    @Test
    void aThreadThatDoesNotHeedItsInterruptionIsReplaced() {
        try (var pool = new ScriptPool(engine, new ScriptPool.Settings(1, 2))) {
            var goOn = new CountDownLatch(1);
            var stuck = pool.submit(HELD, CALL, (level, line) -> holdForGood(goOn), Duration.ofMillis(100));
            assertThatThrownBy(stuck::join)
                    .hasCauseInstanceOf(ScriptFailure.class)
                    .hasMessageContaining("longer than 100 ms");
            assertThat(pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE).join().asInt())
                    .isEqualTo(1);
            goOn.countDown();
        }
    }

    @Test
    void aClosedPoolRefusesWhatWaitsAndWhatComes() throws Exception {
        var pool = new ScriptPool(engine, new ScriptPool.Settings(1, 2));
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var running = pool.submit(HELD, CALL, (level, line) -> hold(begun, goOn), AMPLE);
        begun.await();
        var waiting = pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE);
        pool.close();
        assertThatThrownBy(waiting::join).hasCauseInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(
                        () -> pool.submit(HELD, CALL, ConsoleSink.NONE, AMPLE).join())
                .hasCauseInstanceOf(RejectedExecutionException.class);
        goOn.countDown();
        assertThat(running.join().asInt()).isEqualTo(1);
    }

    private static void hold(CountDownLatch begun, CountDownLatch goOn) {
        begun.countDown();
        try {
            goOn.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void holdForGood(CountDownLatch goOn) {
        boolean held = true;
        while (held) {
            try {
                goOn.await();
                held = false;
            } catch (InterruptedException e) {
                assertThat(goOn.getCount()).isEqualTo(1);
            }
        }
    }
}
