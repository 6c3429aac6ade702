package dev.continuo.engine;

import dev.continuo.store.Agents.Agent;
import dev.continuo.store.Agents.Removed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes agents with all their tasks. An agent is gone for everybody as soon as that is begun; what a process leaves that
 * dies meanwhile, another one finishes. Safe for any thread.
 */
public final class AgentRemovals {
    private static final Logger LOG = LoggerFactory.getLogger(AgentRemovals.class);
    static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration LOOK = Duration.ofSeconds(30);
    private static final int AT_ONCE = 10;

    private final Vertx vertx;
    private final dev.continuo.store.Agents stored;
    private final Agents tasks;
    private final Duration patience;
    private volatile Optional<Long> timer = Optional.empty();

    /** @param patience how old a removal is before somebody else finishes it */
    AgentRemovals(Vertx vertx, dev.continuo.store.Agents stored, Agents tasks, Duration patience) {
        this.vertx = vertx;
        this.stored = stored;
        this.tasks = tasks;
        this.patience = patience;
    }

    void start() {
        timer = Optional.of(vertx.setPeriodic(LOOK.toMillis(), id -> finishLeft()));
    }

    void close() {
        timer.ifPresent(vertx::cancelTimer);
    }

    /** The agent as it was; empty when there is none. Its tasks have been stopped and are gone when the answer comes. */
    public Future<Optional<Agent>> remove(String namespace, String id, String by) {
        return stored.beginRemoval(namespace, id, by).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(found);
            }
            Removed removed = new Removed(namespace, id, found.get().definitionId(), by);
            return finish(removed).map(done -> found);
        });
    }

    private Future<Void> finish(Removed agent) {
        return tasks.removeAll(agent.namespace(), agent.id(), agent.by()).compose(gone -> stored.endRemoval(agent));
    }

    /** Finishes what others have left; how many these were. */
    Future<Integer> finishLeft() {
        return stored.removedBefore(patience, AT_ONCE)
                .compose(left -> oneByOne(left).map(left.size()))
                .onFailure(failure -> LOG.warn("Agents that are being removed stay for now: {}", failure.getMessage()));
    }

    private Future<Void> oneByOne(List<Removed> left) {
        return left.isEmpty()
                ? Future.succeededFuture()
                : finish(left.getFirst())
                        .recover(failure -> {
                            // One that cannot be removed must not keep the others.
                            LOG.warn(
                                    "Agent {} of {} is not removed for now: {}",
                                    left.getFirst().id(),
                                    left.getFirst().namespace(),
                                    failure.getMessage());
                            return Future.succeededFuture();
                        })
                        .compose(done -> oneByOne(left.subList(1, left.size())));
    }
}
