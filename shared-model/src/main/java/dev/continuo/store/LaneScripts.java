package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import dev.continuo.script.BudgetExceeded;
import java.time.Duration;

/**
 * Evaluates scripts on a lane's thread while the batch's share of time for it lasts. Row locks are held meanwhile, and
 * other tenants' commands wait in the same batch: what takes longer leaves the transaction.
 */
final class LaneScripts {
    private final ScriptEvaluator quick;
    private long left;

    LaneScripts(ScriptEvaluator quick, Duration budget) {
        this.quick = quick;
        this.left = budget.toNanos();
    }

    /** Leaves the decision that asked for the evaluation, from any depth. */
    static final class TooSlow extends RuntimeException {
        private final transient Script script;
        private final transient JsonNode input;

        TooSlow(Script script, JsonNode input) {
            super(null, null, false, false);
            this.script = script;
            this.input = input;
        }

        Script script() {
            return script;
        }

        JsonNode input() {
            return input;
        }
    }

    ScriptEvaluator of(Pending.Evaluations known) {
        return (script, input) -> {
            if (known.known(script, input)) {
                return known.get(script, input);
            }
            if (left <= 0) {
                throw new TooSlow(script, input);
            }
            long started = System.nanoTime();
            try {
                return quick.evaluate(script, input);
            } catch (BudgetExceeded e) {
                throw new TooSlow(script, input);
            } finally {
                left -= System.nanoTime() - started;
            }
        };
    }
}
