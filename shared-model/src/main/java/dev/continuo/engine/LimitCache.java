package dev.continuo.engine;

import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.TaskLimits;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The limits of task names, at most a second old; what this process changes it knows at once. Any thread. */
final class LimitCache {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MAX_NAMES = 10_000;

    private final ConductorTaskDefs definitions;
    private final String namespace;
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** Counts what was forgotten: what was read before must not be remembered after. */
    private final AtomicLong changes = new AtomicLong();

    private record Known(TaskLimits limits, long readAt) {}

    LimitCache(ConductorTaskDefs definitions, String namespace) {
        this.definitions = definitions;
        this.namespace = namespace;
    }

    Future<TaskLimits> of(String name) {
        Known now = known.get(name);
        long asked = System.nanoTime();
        if (now != null && asked - now.readAt() < FRESH_NANOS) {
            return Future.succeededFuture(now.limits());
        }
        long before = changes.get();
        return definitions.find(namespace, name).map(found -> {
            TaskLimits limits = found.map(definition -> TaskLimits.of(definition.document()))
                    .orElse(TaskLimits.NONE);
            if (changes.get() == before) {
                remember(name, new Known(limits, asked));
            }
            return limits;
        });
    }

    void forget() {
        changes.incrementAndGet();
        known.clear();
    }

    private void remember(String name, Known limits) {
        if (known.size() >= MAX_NAMES) {
            known.values().removeIf(old -> System.nanoTime() - old.readAt() >= FRESH_NANOS);
        }
        if (known.size() < MAX_NAMES) {
            known.put(name, limits);
        }
    }
}
