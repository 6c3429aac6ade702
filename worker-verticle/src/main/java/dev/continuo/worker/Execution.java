package dev.continuo.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.decide.Command;
import dev.continuo.definition.Fault;
import dev.continuo.engine.SecretInputs;
import dev.continuo.expression.SecretReferences;
import dev.continuo.secret.Sealer;
import dev.continuo.secret.UnsealFailure;
import dev.continuo.store.ClaimedTask;
import dev.continuo.worker.ResultReporter.Report;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorResult.Completed;
import dev.continuo.worker.connector.ConnectorResult.Failed;
import dev.continuo.worker.connector.ConnectorResult.Waiting;
import dev.continuo.worker.connector.ConnectorTask;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes a claimed task through its connector, and what comes of it to the engine. */
final class Execution {
    private static final Logger LOG = LoggerFactory.getLogger(Execution.class);
    /** The engine looks at its own clock, and must find the time limit passed. */
    private static final long AFTER_LIMIT_MILLIS = 20;

    private final Vertx vertx;
    private final Catalog catalog;
    private final Sealer sealer;
    private final WorkerEngine engine;
    private final WorkerSettings settings;
    private final WorkerMeters meters;
    private final ResultReporter reporter;

    Execution(Vertx vertx, Catalog catalog, WorkTools tools, WorkerSettings settings) {
        this.vertx = vertx;
        this.catalog = catalog;
        this.sealer = tools.sealer();
        this.engine = tools.engine();
        this.settings = settings;
        this.meters = tools.meters();
        this.reporter = new ResultReporter(vertx, engine, meters);
    }

    /** Completes when the attempt needs this worker no more. Never fails. */
    Future<Void> run(Attempt attempt) {
        Duration limit = limit(attempt.task);
        long timer = vertx.setTimer(Math.max(1, limit.toMillis()), id -> attempt.timeUp());
        started(attempt, limit)
                .onComplete(attempt::returned, failure -> attempt.returned(unforeseen(attempt, failure)));
        return attempt.ending()
                .onSuccess(ending -> vertx.cancelTimer(timer))
                // Lines on their way must not be overtaken by later ones, and come back when they cannot be written.
                .compose(ending -> attempt.flushed().transform(flushed -> ended(attempt, ending)))
                .otherwise(failure -> {
                    LOG.error("Task {} could not be brought to an end", attempt.task.id(), failure);
                    return null;
                });
    }

    private Duration limit(ClaimedTask task) {
        return task.timeLeft()
                .filter(left -> left.compareTo(settings.longestExecution()) < 0)
                .orElse(settings.longestExecution());
    }

    private Future<ConnectorResult> started(Attempt attempt, Duration limit) {
        try {
            return result(attempt, limit);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private Future<ConnectorResult> result(Attempt attempt, Duration limit) {
        ClaimedTask task = attempt.task;
        Catalog.Entry entry = catalog.find(task.type()).orElseThrow();
        JsonNode sealed = task.input().isObject() ? task.input() : JsonNodeFactory.instance.objectNode();
        JsonNode input;
        try {
            input = entry.unsealed(sealed, sealer, task.namespace());
        } catch (UnsealFailure e) {
            // No repetition opens it: its key is not here, or it was altered or copied from elsewhere.
            return Future.succeededFuture(Failed.forGood("An encrypted field cannot be read: " + e.getMessage()));
        }
        entry.secrets(input).forEach(attempt.log::hide);
        return entry.connector().takesSecrets() && SecretReferences.mentioned(input)
                ? filled(attempt, entry, input, limit)
                : executed(attempt, entry, input, limit);
    }

    private Future<ConnectorResult> filled(Attempt attempt, Catalog.Entry entry, JsonNode input, Duration limit) {
        return engine.filled(attempt.task, input)
                .compose(
                        filled -> switch (filled) {
                            case SecretInputs.Filled.Ready(JsonNode whole, List<String> secrets) -> {
                                secrets.forEach(attempt::hide);
                                yield executed(attempt, entry, whole, limit);
                            }
                            case SecretInputs.Filled.Impossible(String reason) ->
                                Future.succeededFuture(Failed.forGood(reason));
                        },
                        failure -> {
                            LOG.warn("The secrets of task {} cannot be read", attempt.task.id(), failure);
                            return Future.succeededFuture(Failed.forNow("The secrets of the task cannot be read now"));
                        });
    }

    private static Future<ConnectorResult> executed(
            Attempt attempt, Catalog.Entry entry, JsonNode input, Duration limit) {
        List<Fault> faults = entry.faults(input);
        if (!faults.isEmpty()) {
            String listed = faults.stream()
                    .map(fault -> "/_inputParams" + fault.pointer() + ": " + fault.message())
                    .collect(Collectors.joining("; "));
            return Future.succeededFuture(Failed.forGood("The input is not valid: " + listed));
        }
        ClaimedTask task = attempt.task;
        return entry.connector()
                .execute(
                        new ConnectorTask(
                                task.id(),
                                task.runId(),
                                task.namespace(),
                                task.ref(),
                                task.attempt(),
                                input,
                                limit,
                                attempt.cancellation),
                        attempt.log);
    }

    private static ConnectorResult unforeseen(Attempt attempt, Throwable failure) {
        // The message may hold anything that the connector knew; the trace tells where to look.
        Throwable shown = new IllegalStateException(
                failure.getClass().getName() + ": " + attempt.log.redact(String.valueOf(failure.getMessage())));
        shown.setStackTrace(failure.getStackTrace());
        LOG.error("The connector {} broke on task {}", attempt.task.type(), attempt.task.id(), shown);
        return Failed.forNow("The connector " + attempt.task.type() + " broke: "
                + failure.getClass().getSimpleName());
    }

    private Future<Void> ended(Attempt attempt, Attempt.Ending ending) {
        long nanos = System.nanoTime() - attempt.began;
        return switch (ending) {
            case Attempt.Ending.Result(Completed completed) -> {
                meters.executed(attempt.task.type(), "completed", nanos);
                yield report(attempt, command(attempt, completed));
            }
            case Attempt.Ending.Result(Waiting waiting) -> {
                meters.executed(attempt.task.type(), "waiting", nanos);
                yield report(attempt, command(attempt, waiting));
            }
            case Attempt.Ending.Result(Failed failed) -> {
                meters.executed(attempt.task.type(), "failed", nanos);
                yield report(attempt, command(attempt, failed));
            }
            case Attempt.Ending.TimeUp up -> {
                meters.executed(attempt.task.type(), "timed-out", nanos);
                yield timedOut(attempt);
            }
            case Attempt.Ending.Given(String why) -> {
                meters.executed(attempt.task.type(), "given-up", nanos);
                attempt.log.warn(why);
                yield written(attempt);
            }
        };
    }

    private Future<Void> report(Attempt attempt, Command command) {
        return reporter.report(attempt, command).compose(report -> {
            boolean again = report == Report.UNSTORABLE && !(command instanceof Command.Fail);
            Failed unstorable = Failed.forNow("The engine could not store the output of the task");
            return again
                    ? reporter.report(attempt, command(attempt, unstorable)).mapEmpty()
                    : Future.succeededFuture();
        });
    }

    private Future<Void> timedOut(Attempt attempt) {
        ClaimedTask task = attempt.task;
        Failed tooLong = Failed.forNow("The execution took longer than " + settings.longestExecution());
        boolean engines =
                task.timeLeft().isPresent() && task.timeLeft().get().compareTo(settings.longestExecution()) < 0;
        if (!engines) {
            return report(attempt, command(attempt, tooLong));
        }
        attempt.log.warn("The time limit of the task is over; the execution was cancelled");
        // The engine knows the time limit's policy; it only has to look now, and otherwise looks when the sweep comes
        // by.
        return written(attempt)
                .compose(v -> vertx.timer(AFTER_LIMIT_MILLIS, TimeUnit.MILLISECONDS))
                .compose(v -> engine.submit(new Command.TaskDue(task.runId(), task.id())))
                .onFailure(failure -> LOG.debug("The time limit of {} is left to the sweep", task.id(), failure))
                .<Void>mapEmpty()
                .otherwiseEmpty();
    }

    /** Writes the log of an attempt whose result is not sent. */
    private Future<Void> written(Attempt attempt) {
        return engine.append(attempt.log.drain())
                .onFailure(failure -> LOG.debug("The last log lines of {} are lost", attempt.task.id(), failure))
                .otherwiseEmpty();
    }

    private Command command(Attempt attempt, Completed completed) {
        ClaimedTask task = attempt.task;
        return new Command.Complete(
                task.runId(),
                task.id(),
                OptionalInt.of(task.fence()),
                attempt.redacted(completed.output()),
                attempt.log.drain(),
                settings.workerId());
    }

    private static Command command(Attempt attempt, Waiting waiting) {
        ClaimedTask task = attempt.task;
        return new Command.Defer(
                task.runId(),
                task.id(),
                OptionalInt.of(task.fence()),
                attempt.redacted(waiting.output()),
                attempt.log.drain());
    }

    private static Command command(Attempt attempt, Failed failed) {
        ClaimedTask task = attempt.task;
        return new Command.Fail(
                task.runId(),
                task.id(),
                OptionalInt.of(task.fence()),
                attempt.redacted(failed.reason()),
                attempt.redacted(failed.output()),
                failed.retry(),
                attempt.log.drain());
    }
}
