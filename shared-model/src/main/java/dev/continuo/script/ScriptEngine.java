package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import org.graalvm.polyglot.Engine;

/**
 * What all sandboxes of a process share: the JavaScript engine with its parsed code, and the watchdog; and jq, which
 * needs no sandbox. Making one costs
 * about a second of CPU, on the first sandbox. Close the pools first.
 */
public final class ScriptEngine implements AutoCloseable {

    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

    private final Engine engine;
    private final Watchdog watchdog = new Watchdog();
    private final SandboxLimits limits;
    private final JqPrograms jq;

    public ScriptEngine(SandboxLimits limits) {
        this.limits = limits;
        jq = new JqPrograms(limits);
        engine = Engine.newBuilder("js")
                .option("engine.WarnInterpreterOnly", "false")
                .build();
    }

    SandboxLimits limits() {
        return limits;
    }

    JqPrograms jq() {
        return jq;
    }

    Sandbox newSandbox() {
        return new Sandbox(engine, limits);
    }

    /** The input as the text that goes into a sandbox. */
    String inputText(JsonNode input) {
        var text = input.isMissingNode() ? "null" : input.toString();
        if (text.length() > limits.maxInputChars()) {
            throw new ScriptFailure(
                    Kind.MEMORY, "the input is larger than " + limits.maxInputChars() + " characters of JSON");
        }
        return text;
    }

    /** What happens to an evaluation that the watchdog stopped or could not stop. */
    interface Stops {

        /** The exception to leave with after the time limit. */
        RuntimeException timedOut(Duration limit);

        /** Called on another thread: the evaluation does not heed its interruption, and ends with this sometime. */
        void stuck(RuntimeException failure);
    }

    JsonNode evaluate(
            Sandbox sandbox, Script.JavaScript script, String input, ConsoleSink sink, Duration limit, Stops stops) {
        return guarded(sandbox, () -> sandbox.evaluate(script, input, sink), limit, stops);
    }

    void check(Sandbox sandbox, Script.JavaScript script, Duration limit, Stops stops) {
        guarded(
                sandbox,
                () -> {
                    sandbox.check(script);
                    return NullNode.getInstance();
                },
                limit,
                stops);
    }

    @FunctionalInterface
    private interface Work {
        JsonNode run() throws Stopped;
    }

    private JsonNode guarded(Sandbox sandbox, Work work, Duration limit, Stops stops) {
        var watch = watchdog.watch(
                sandbox.context(),
                limit,
                limits.maxAllocatedBytes(),
                verdict -> stops.stuck(stopped(verdict, limit, stops)));
        try {
            return work.run();
        } catch (Stopped e) {
            throw stopped(watch.end(), limit, stops);
        } finally {
            if (watch.end() != Watchdog.Verdict.NONE) {
                sandbox.spoil();
            }
        }
    }

    private RuntimeException stopped(Watchdog.Verdict verdict, Duration limit, Stops stops) {
        return switch (verdict) {
            case MEMORY ->
                new ScriptFailure(
                        Kind.MEMORY,
                        "the script allocated more than " + (limits.maxAllocatedBytes() >> 20)
                                + " MB, or the heap is full");
            case TIMEOUT -> stops.timedOut(limit);
            case NONE -> new RejectedExecutionException("the sandbox is closing");
        };
    }

    /** Cancels what still runs; an evaluation that does not heed it keeps its daemon thread, not the caller. */
    @Override
    public void close() {
        watchdog.close();
        var closer = Thread.ofPlatform().daemon().name("script-close").start(() -> engine.close(true));
        try {
            closer.join(CLOSE_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
