package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import java.util.concurrent.CompletableFuture;

/** The two speeds of script evaluation that a lane needs. */
public interface Scripting {

    /**
     * Evaluates on the calling thread within a few milliseconds; throws {@link dev.continuo.script.BudgetExceeded} when
     * that is not enough.
     */
    ScriptEvaluator quickly();

    /** Evaluates off the calling thread within the full limit; fails with {@code ScriptFailure}. */
    CompletableFuture<JsonNode> fully(Script script, JsonNode input);
}
