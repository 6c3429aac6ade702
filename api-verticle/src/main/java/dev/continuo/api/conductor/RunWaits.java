package dev.continuo.api.conductor;

import dev.continuo.decide.Outcome;
import dev.continuo.engine.Watchers;
import dev.continuo.model.DueKind;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorRuns.Standing;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Waits until a run has ended, waits for somebody, or has come past certain tasks (conductor: execute). Woken by the
 * decisions about the run and about the runs below it; each is looked at once, when its decisions are heard already, and
 * again when another process has queued one of its tasks or ended it.
 */
final class RunWaits {
    /** The types that somebody outside ends. */
    private static final Set<String> BLOCKING = Set.of("WAIT", "HUMAN", "YIELD");

    /** The most runs that one request listens to. */
    private static final int MOST_RUNS = 50;

    private final Vertx vertx;
    private final Watchers watchers;
    private final ConductorRuns runs;

    RunWaits(Vertx vertx, Watchers watchers, ConductorRuns runs) {
        this.vertx = vertx;
        this.watchers = watchers;
        this.runs = runs;
    }

    /**
     * False when the time is over first.
     *
     * @param refs with or without the passes of loops around them
     */
    Future<Boolean> until(UUID runId, Set<String> refs, Duration timeout) {
        if (timeout.isZero() || timeout.isNegative()) {
            return Future.succeededFuture(false);
        }
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        Wait wait = new Wait(context, context.promise(), refs, System.nanoTime() + timeout.toNanos());
        wait.follow(runId, true);
        return wait.over.future();
    }

    private final class Wait {
        private final ContextInternal context;
        private final Promise<Boolean> over;
        private final Set<String> refs;
        private final long endNanos;
        private final Set<UUID> followed = new HashSet<>();

        private Wait(ContextInternal context, Promise<Boolean> over, Set<String> refs, long endNanos) {
            this.context = context;
            this.over = over;
            this.refs = refs;
            this.endNanos = endNanos;
        }

        /** @param target true for the run that was asked for, whose end ends the waiting */
        private void follow(UUID runId, boolean target) {
            Duration left = Duration.ofNanos(endNanos - System.nanoTime());
            if (followed.size() >= MOST_RUNS || left.isNegative() || !followed.add(runId)) {
                return;
            }
            watchers.until(runId, outcome -> heard(outcome, target), left, over.future())
                    .onSuccess(over::tryComplete)
                    .onFailure(over::tryFail);
            watchers.whenMovedElsewhere(runId, () -> context.runOnContext(moved -> look(runId, target)), over.future());
            look(runId, target);
        }

        private void look(UUID runId, boolean target) {
            runs.standing(ConductorApi.NAMESPACE, runId, target ? refs : Set.of())
                    .onSuccess(found -> found.ifPresent(standing -> seen(standing, target)))
                    .onFailure(over::tryFail);
        }

        private void seen(Standing standing, boolean target) {
            if (standing.blocked()
                    || target && (standing.reached() || standing.status().terminal())) {
                over.tryComplete(true);
            } else {
                standing.children().forEach(child -> follow(child, false));
            }
        }

        /** Called on a lane's thread, which is not to be held up. */
        private boolean heard(Outcome.Accepted outcome, boolean target) {
            List<Task> tasks = Stream.concat(outcome.inserted().stream(), outcome.updated().stream())
                    .toList();
            for (Task task : tasks) {
                if (task.open()) {
                    task.extra().childRunId().ifPresent(child -> context.runOnContext(ready -> follow(child, false)));
                }
            }
            return tasks.stream().anyMatch(task -> blocks(task) || target && reached(task))
                    || target && outcome.run().status().terminal();
        }

        private boolean reached(Task task) {
            return !task.open() && (refs.contains(task.label().ref()) || refs.contains(task.shownRef()));
        }
    }

    private static boolean blocks(Task task) {
        return task.status() == TaskStatus.IN_PROGRESS
                && BLOCKING.contains(task.label().type())
                && task.due().kind() == DueKind.TIMER
                && task.due().at().isEmpty();
    }
}
