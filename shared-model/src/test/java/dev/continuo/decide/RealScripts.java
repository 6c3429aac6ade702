package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.script.ConsoleSink;
import dev.continuo.script.SandboxLimits;
import dev.continuo.script.ScriptEngine;
import dev.continuo.script.ScriptPool;
import java.time.Duration;
import java.util.concurrent.CompletionException;

/** The engine's own evaluation, awaited; made when it is first needed and kept for all tests. */
final class RealScripts implements ScriptEvaluator {
    static final RealScripts SHARED = new RealScripts();

    private static final Duration AMPLE = Duration.ofSeconds(30);

    /** Initialized by the first who evaluates. */
    private static final class Engine {
        private static final ScriptPool POOL =
                new ScriptPool(new ScriptEngine(SandboxLimits.DEFAULT), new ScriptPool.Settings(1, 100));
    }

    private RealScripts() {}

    @Override
    public JsonNode evaluate(Script script, JsonNode input) {
        try {
            return Engine.POOL.submit(script, input, ConsoleSink.NONE, AMPLE).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }
}
