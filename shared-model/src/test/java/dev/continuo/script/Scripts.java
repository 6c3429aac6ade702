package dev.continuo.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** A pool of one thread, so that consecutive evaluations share their sandbox, with answers awaited. */
final class Scripts implements AutoCloseable {

    static final ObjectMapper JSON = new ObjectMapper();
    static final Duration AMPLE = Duration.ofSeconds(30);

    private final ScriptEngine engine;
    private final ScriptPool pool;

    Scripts(SandboxLimits limits) {
        engine = new ScriptEngine(limits);
        pool = new ScriptPool(engine, new ScriptPool.Settings(1, 100));
    }

    ScriptEngine engine() {
        return engine;
    }

    JsonNode value(String source) {
        return value(source, "null");
    }

    JsonNode value(String source, String input) {
        return evaluate(new Script.Expression(source), json(input), ConsoleSink.NONE, AMPLE);
    }

    JsonNode evaluate(Script script, JsonNode input, ConsoleSink sink, Duration limit) {
        return joined(() -> pool.submit(script, input, sink, limit).join());
    }

    void check(Script script) {
        joined(() -> pool.check(script, AMPLE).join());
    }

    ScriptFailure failure(String source, Duration limit) {
        try {
            throw new AssertionError(
                    "a result: " + evaluate(new Script.Expression(source), json("null"), ConsoleSink.NONE, limit));
        } catch (ScriptFailure failure) {
            return failure;
        }
    }

    ScriptFailure failure(String source) {
        return failure(source, AMPLE);
    }

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }

    private static <T> T joined(java.util.function.Supplier<T> outcome) {
        try {
            return outcome.get();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        pool.close();
        engine.close();
    }
}
