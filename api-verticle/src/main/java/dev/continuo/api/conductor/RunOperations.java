package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.engine.Engine;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/**
 * Changes runs, one at a time, and says what forbids it in the words that users of the original know (conductor: section
 * 3.3). Empty: it is done, or there was nothing to do.
 */
final class RunOperations {
    private static final Future<Optional<Problem>> DONE = Future.succeededFuture(Optional.empty());

    /** As long an answer may wait for the runs above; they open without it, too. */
    private static final Duration ABOVE = Duration.ofSeconds(2);

    private final Engine engine;
    private final ConductorRuns runs;

    RunOperations(Engine engine, ConductorRuns runs) {
        this.engine = engine;
        this.runs = runs;
    }

    static Problem notFound(String id) {
        return Problem.of(404, "No such workflow found by id: " + id);
    }

    private static Future<Optional<Problem>> refused(int status, String message) {
        return Future.succeededFuture(Optional.of(Problem.of(status, message)));
    }

    Future<Optional<Problem>> pause(UUID id, String by) {
        return standing(id, status -> switch (status) {
            case PAUSED -> DONE;
            case RUNNING -> submit(new Command.Pause(id, by));
            case COMPLETED, FAILED, TIMED_OUT, TERMINATED ->
                refused(409, "Workflow %s has ended, status cannot be updated.".formatted(id));
        });
    }

    Future<Optional<Problem>> resume(UUID id, String by) {
        return standing(
                id,
                status -> status == RunStatus.PAUSED
                        ? submit(new Command.Resume(id, by))
                        : refused(
                                409,
                                "The workflow %s is not PAUSED so cannot resume. Current status is %s"
                                        .formatted(id, status)));
    }

    Future<Optional<Problem>> terminate(UUID id, Optional<String> reason, String by, boolean followUp) {
        return standing(id, status -> switch (status) {
            case RUNNING, PAUSED -> submit(new Command.Terminate(id, reason, by, followUp));
            case COMPLETED -> refused(409, "Cannot terminate a COMPLETED workflow.");
            case FAILED, TIMED_OUT, TERMINATED -> DONE;
        });
    }

    Future<Optional<Problem>> retry(UUID id, boolean children, String by) {
        return standing(
                id,
                status -> status.terminal()
                        ? opening(id, new Command.Retry(id, by, children))
                        : refused(404, "Workflow is still running.  status=" + status));
    }

    Future<Optional<Problem>> restart(UUID id, boolean latest, String by) {
        return runs.run(ConductorApi.NAMESPACE, id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Optional.of(notFound(id.toString())));
            }
            Run run = found.get();
            if (!run.status().terminal()) {
                return refused(409, "Workflow: %s is not in terminal state, unable to restart.".formatted(run.id()));
            }
            // That of an agent is refused whatever it would become.
            if (!latest || run.origin().dialect() == Dialect.AGENTS) {
                return opening(id, new Command.Restart(id, Optional.empty(), by));
            }
            return engine.conductor()
                    .plan(ConductorApi.NAMESPACE, run.origin().name(), Optional.empty())
                    .compose(plan -> plan.isEmpty()
                            ? refused(
                                    404,
                                    "Unable to find latest definition for workflow "
                                            + run.origin().name())
                            : opening(id, new Command.Restart(id, plan, by)));
        });
    }

    /** @param asked its task is of the run, or of one that was begun below it */
    Future<Optional<Problem>> rerun(Command.Rerun asked) {
        UUID id = asked.runId();
        Optional<UUID> taskId = asked.taskId();
        return standing(id, status -> {
            if (!status.terminal()) {
                return refused(409, "Workflow: %s is not in terminal state, unable to rerun.".formatted(id));
            }
            if (taskId.isEmpty()) {
                return opening(id, asked);
            }
            return runs.runOfTask(ConductorApi.NAMESPACE, id, taskId.get())
                    .compose(owner -> owner.isEmpty()
                            ? refused(400, "Task %s not found in workflow %s".formatted(taskId.get(), id))
                            : opening(
                                    owner.get(),
                                    new Command.Rerun(
                                            owner.get(),
                                            taskId,
                                            asked.input(),
                                            asked.taskInput(),
                                            asked.correlationId(),
                                            asked.by())));
        });
    }

    /**
     * @param version empty for the latest
     * @param outputs of the tasks that are passed over, by their references
     */
    record Upgrade(String name, Optional<Integer> version, ObjectNode input, ObjectNode outputs) {}

    Future<Optional<Problem>> upgrade(UUID id, Upgrade asked, String by) {
        String name = asked.name();
        return runs.run(ConductorApi.NAMESPACE, id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Optional.of(notFound(id.toString())));
            }
            if (found.get().origin().dialect() == Dialect.AGENTS) {
                return refused(409, "Workflow %s is a task of an agent, which cannot be upgraded".formatted(id));
            }
            if (!found.get().origin().name().equals(name)) {
                return refused(
                        409,
                        "Workflow %s is a run of %s, which cannot become one of %s"
                                .formatted(id, found.get().origin().name(), name));
            }
            return engine.conductor()
                    .plan(ConductorApi.NAMESPACE, name, asked.version())
                    .compose(plan -> plan.isEmpty()
                            ? missing(name, asked.version())
                            : submit(new Command.Upgrade(id, plan.get(), asked.input(), asked.outputs(), by)));
        });
    }

    private static Future<Optional<Problem>> missing(String name, Optional<Integer> version) {
        return refused(
                404,
                "No such workflow found by name: %s, version: %s"
                        .formatted(
                                name,
                                version.map(number -> Integer.toString(number)).orElse("latest")));
    }

    Future<Optional<Problem>> remove(UUID id) {
        return runs.remove(ConductorApi.NAMESPACE, id)
                .compose(removed -> removed
                        ? Future.succeededFuture(true)
                        : engine.agents().removeEnded(ConductorApi.NAMESPACE, id))
                .compose(removed -> removed
                        ? DONE
                        : standing(
                                id,
                                status -> refused(
                                        409,
                                        "Workflow %s is %s: only one that has ended can be removed"
                                                .formatted(id, status))));
    }

    Future<Optional<Problem>> terminateAndRemove(UUID id, Optional<String> reason, String by) {
        return standing(id, status -> status.terminal() ? DONE : submit(new Command.Terminate(id, reason, by)))
                .compose(problem -> problem.isPresent() ? Future.succeededFuture(problem) : remove(id));
    }

    /**
     * Opens a run, and with it those above it: each in a transaction of its own, so that whoever looks at them after the
     * answer would otherwise see them closed.
     */
    private Future<Optional<Problem>> opening(UUID id, Command command) {
        return top(id).compose(top -> {
            if (top.isEmpty() || !top.get().status().terminal()) {
                return submit(command);
            }
            Promise<Void> refused = Promise.promise();
            Future<Boolean> open = engine.conductor()
                    .watchers()
                    .until(top.get().id(), outcome -> !outcome.run().status().terminal(), ABOVE, refused.future());
            return submit(command).onFailure(refused::tryFail).compose(problem -> {
                problem.ifPresent(there -> refused.complete());
                return open.map(seen -> problem);
            });
        });
    }

    /** The topmost run above one; empty when there is none. */
    private Future<Optional<Run>> top(UUID id) {
        return runs.run(ConductorApi.NAMESPACE, id).compose(found -> {
            Optional<UUID> parent = found.flatMap(run -> run.origin().parentRunId());
            return parent.isEmpty()
                    ? Future.succeededFuture(Optional.empty())
                    : top(parent.get())
                            .compose(above -> above.isPresent()
                                    ? Future.succeededFuture(above)
                                    : runs.run(ConductorApi.NAMESPACE, parent.get()));
        });
    }

    /** For commands that say themselves what forbids them. */
    Future<Optional<Problem>> submit(Command command) {
        return engine.committer().submit(command).map(reply -> switch (reply) {
            case Reply.Done done -> Optional.empty();
            case Reply.Refused(Outcome.Rejected rejected) -> Optional.of(problem(rejected));
            case Reply.Existing existing -> throw new IllegalStateException("Not a start: " + command);
        });
    }

    private static Problem problem(Outcome.Rejected rejected) {
        return switch (rejected.code()) {
            case NOT_FOUND -> Problem.of(404, rejected.message());
            case CONFLICT, STALE -> Problem.of(409, rejected.message());
        };
    }

    /** Whether there is such a run. */
    Future<Optional<Problem>> known(UUID id) {
        return standing(id, status -> DONE);
    }

    Future<Optional<Problem>> existing(UUID id, Command command) {
        return standing(id, status -> submit(command));
    }

    private Future<Optional<Problem>> standing(UUID id, Function<RunStatus, Future<Optional<Problem>>> then) {
        return runs.status(ConductorApi.NAMESPACE, id).compose(found -> found.map(then)
                .orElseGet(() -> Future.succeededFuture(Optional.of(notFound(id.toString())))));
    }
}
