package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.Listed;
import io.vertx.core.Context;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The registered task definitions at hand, for decisions, which cannot wait: at most a second old while they are asked for,
 * and not read at all while they are not. Safe for any thread.
 */
final class TaskDefinitions {
    private static final Logger LOG = LoggerFactory.getLogger(TaskDefinitions.class);
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

    private final Context context;
    private final ConductorTaskDefs defs;
    private final String namespace;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile Map<String, JsonNode> known = Map.of();
    private volatile long readAt = System.nanoTime() - 2 * FRESH_NANOS;

    TaskDefinitions(Context context, ConductorTaskDefs defs, String namespace) {
        this.context = context;
        this.defs = defs;
        this.namespace = namespace;
    }

    Optional<JsonNode> find(String name) {
        if (System.nanoTime() - readAt > FRESH_NANOS) {
            read();
        }
        return Optional.ofNullable(known.get(name));
    }

    /** Reads them now; what is decided until that is done goes by what was known. */
    void read() {
        if (!reading.compareAndSet(false, true)) {
            return;
        }
        context.runOnContext(nothing -> defs.list(namespace).onComplete(result -> {
            reading.set(false);
            readAt = System.nanoTime();
            if (result.failed()) {
                LOG.warn(
                        "The task definitions cannot be read: {}",
                        result.cause().getMessage());
            } else if (result.result() instanceof Listed.Page<ConductorTaskDefs.TaskDef> page) {
                Map<String, JsonNode> fresh = new HashMap<>();
                page.rows().forEach(def -> fresh.put(def.name(), def.document()));
                known = Map.copyOf(fresh);
            } else {
                LOG.warn("The task definitions are too many to be kept at hand: dynamic tasks use the defaults");
            }
        }));
    }
}
