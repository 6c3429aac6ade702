package dev.continuo.decide;

import dev.continuo.expression.ScriptEvaluator;
import java.time.Instant;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * What a decision takes from the world: handed in, so that the same arguments give the same outcome.
 *
 * @param now the database's clock
 * @param ids the ids that new tasks get
 * @param scripts evaluates the conditions that need an engine
 */
public record Moment(Instant now, Supplier<UUID> ids, ScriptEvaluator scripts, World world) {

    /** For a plan that asks for nothing else. */
    public Moment(Instant now, Supplier<UUID> ids, ScriptEvaluator scripts) {
        this(now, ids, scripts, World.EMPTY);
    }
}
