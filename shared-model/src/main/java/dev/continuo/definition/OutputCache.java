package dev.continuo.definition;

import dev.continuo.expression.Template;
import java.time.Duration;
import java.util.Optional;

/**
 * How long a task's output stands for further executions with the same key (conductor: cacheConfig).
 *
 * @param key sees the members of the task's input by their names, and whatever the input itself may see; empty for the
 *     whole input
 */
public record OutputCache(Optional<Template> key, Duration ttl) {}
