package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.script.ConsoleSink;
import dev.continuo.script.QuickScripts;
import dev.continuo.script.ScriptPool;
import dev.continuo.store.Scripting;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Script evaluation for the lanes: quick on their own threads, long in the pool. */
record EngineScripting(QuickScripts quick, ScriptPool pool, Duration limit) implements Scripting {
    @Override
    public ScriptEvaluator quickly() {
        return quick;
    }

    @Override
    public CompletableFuture<JsonNode> fully(Script script, JsonNode input) {
        return pool.submit(script, input, ConsoleSink.NONE, limit);
    }
}
