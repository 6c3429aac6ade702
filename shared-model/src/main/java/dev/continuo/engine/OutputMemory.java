package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.model.Run;
import dev.continuo.store.CachedOutputs;
import dev.continuo.store.Json;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps outputs of tasks for further executions, and tells tasks that ask for one (conductor: cacheConfig). What is not
 * kept, or not told in time, costs an execution and nothing else. Runs of definitions without caches come by nowhere here.
 */
final class OutputMemory {
    private static final Logger LOG = LoggerFactory.getLogger(OutputMemory.class);
    private static final Duration FORGET_EVERY = Duration.ofSeconds(30);
    private static final int FORGOTTEN_AT_ONCE = 500;
    private static final int MOST_UNDER_WAY = 100;

    private final Vertx vertx;
    private final Context context;
    private final CachedOutputs outputs;
    private final Commands commands;
    private long timer = -1;
    private int underWay;

    OutputMemory(Vertx vertx, Context context, Pool pool, Commands commands) {
        this.vertx = vertx;
        this.context = context;
        this.outputs = new CachedOutputs(pool);
        this.commands = commands;
    }

    void start() {
        context.runOnContext(nothing -> timer = vertx.setPeriodic(FORGET_EVERY.toMillis(), id -> forget()));
    }

    void close() {
        context.runOnContext(nothing -> vertx.cancelTimer(timer));
    }

    /** Called on a lane's thread. */
    void committed(Outcome.Accepted outcome) {
        for (Effect effect : outcome.effects()) {
            if (effect instanceof Effect.Recall recall) {
                context.runOnContext(nothing -> recall(outcome.run(), recall));
            } else if (effect instanceof Effect.Keep keep) {
                context.runOnContext(nothing -> keep(outcome.run(), keep));
            }
        }
    }

    private void recall(Run run, Effect.Recall recall) {
        outputs.find(run.origin().namespace(), recall.key())
                .onFailure(failure -> LOG.debug("A cached output cannot be looked for", failure))
                .otherwise(Optional.empty())
                .onSuccess(found -> told(run.id(), recall.taskId(), found));
    }

    private void told(UUID run, UUID task, Optional<JsonNode> found) {
        commands.submit(new Command.Recalled(
                run, task, found.filter(ObjectNode.class::isInstance).map(ObjectNode.class::cast)));
    }

    private void keep(Run run, Effect.Keep keep) {
        String output = Json.write(keep.output());
        if (underWay >= MOST_UNDER_WAY || output.length() > CachedOutputs.MOST_CHARS) {
            return;
        }
        underWay++;
        outputs.keep(run.origin().namespace(), keep.key(), keep.ttl(), output)
                .onFailure(failure -> LOG.debug("An output cannot be cached", failure))
                .onComplete(done -> context.runOnContext(nothing -> underWay--));
    }

    private void forget() {
        outputs.forget(FORGOTTEN_AT_ONCE)
                .onSuccess(gone -> {
                    if (gone == FORGOTTEN_AT_ONCE) {
                        context.runOnContext(nothing -> forget());
                    }
                })
                .onFailure(failure -> LOG.warn("Cannot delete expired outputs: {}", failure.getMessage()));
    }
}
