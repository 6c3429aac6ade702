package dev.continuo.worker.connector.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.expression.Condition;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.SimpleExpression;
import dev.continuo.expression.Truth;
import dev.continuo.script.ConsoleSink;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.PatientPool;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.Optional;

/**
 * Requests until a response satisfies the condition. What may pass by itself (no answer, 404, 408, 425, 429, 5xx) is waited
 * out like a response that does not; another status fails the attempt at once. The condition sees {@code $.output} with
 * the response, and its parts beside it, {@code $.input} and {@code $.pollCount}.
 */
final class HttpPoll {
    private static final int NOT_FOUND = 404;

    /** @param scriptLimit of one evaluation of the condition */
    record Tools(HttpTools http, PatientPool scripts, Duration scriptLimit) {}

    private final Tools tools;
    private final HttpRequest request;
    private final PollTerms terms;
    private final ConnectorTask task;
    private final TaskLog log;
    private final Promise<ConnectorResult> end = Promise.promise();
    private Optional<HttpCall> call = Optional.empty();
    private long pause;
    private int polls;

    HttpPoll(Tools tools, HttpRequest request, PollTerms terms, ConnectorTask task, TaskLog log) {
        this.tools = tools;
        this.request = request;
        this.terms = terms;
        this.task = task;
        this.log = log;
    }

    Future<ConnectorResult> run() {
        task.cancellation().onCancel(() -> {
            end.tryComplete(ConnectorResult.Failed.forNow("cancelled"));
            tools.http.vertx().cancelTimer(pause);
            call.ifPresent(HttpCall::cancel);
        });
        poll();
        return end.future();
    }

    private void poll() {
        polls++;
        HttpCall next = new HttpCall(tools.http, request, log);
        call = Optional.of(next);
        next.run().onComplete(this::look, end::tryFail);
    }

    private void look(HttpOutcome outcome) {
        switch (outcome) {
            case HttpOutcome.Answered answered
            when answered.isSuccess() ->
                satisfied(answered)
                        .onComplete(
                                enough -> {
                                    if (enough) {
                                        end.tryComplete(new ConnectorResult.Completed(output(answered)));
                                    } else {
                                        goOn("the condition does not hold yet", answered);
                                    }
                                },
                                failure -> broken(failure, answered));
            case HttpOutcome.Answered answered -> {
                if (answered.mayPass() || answered.status() == NOT_FOUND) {
                    goOn(answered.complaint(), answered);
                } else {
                    fail(answered.complaint(), output(answered), policy());
                }
            }
            case HttpOutcome.Unanswered unanswered -> goOn(unanswered.reason(), unanswered);
        }
    }

    private void goOn(String why, HttpOutcome last) {
        if (end.future().isComplete()) {
            return;
        }
        if (polls == terms.maxPolls()) {
            fail("The condition did not hold within " + polls + " polls; the last: " + why, output(last), policy());
            return;
        }
        Duration wait = terms.pauseAfter(polls);
        Duration asked =
                switch (last) {
                    case HttpOutcome.Answered answered -> answered.retryAfter().orElse(Duration.ZERO);
                    case HttpOutcome.Unanswered unanswered -> Duration.ZERO;
                };
        Duration longer = wait.compareTo(asked) > 0 ? wait : asked;
        log.info("Poll " + polls + ": " + why + "; again in " + longer.toMillis() / 1000.0 + " s");
        pause = tools.http.vertx().setTimer(longer.toMillis(), id -> poll());
    }

    private Future<Boolean> satisfied(HttpOutcome.Answered answered) {
        return terms.until()
                .map(condition -> Future.succeededFuture(scope(answered))
                        .compose(scope -> evaluated(condition, scope))
                        .map(Truth::conductor))
                .orElseGet(() -> Future.succeededFuture(true));
    }

    private Future<JsonNode> evaluated(Condition condition, JsonNode scope) {
        return switch (condition) {
            case Condition.Scripted scripted -> scripted(scripted.script(), scope);
            case Condition.Simple simple ->
                switch (simple.expression().evaluate(scope)) {
                    case SimpleExpression.Outcome.Value(JsonNode value) -> Future.succeededFuture(value);
                    case SimpleExpression.Outcome.NeedsEngine needs -> scripted(simple.script(), scope);
                };
        };
    }

    private Future<JsonNode> scripted(Script script, JsonNode scope) {
        return tools.scripts.evaluate(
                script, scope, new PatientPool.Terms(ConsoleSink.NONE, tools.scriptLimit, task.cancellation()));
    }

    private ObjectNode scope(HttpOutcome.Answered answered) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.setAll(answered.response());
        output.put("status", answered.status());
        output.set("response", answered.response());
        ObjectNode scope = JsonNodeFactory.instance.objectNode();
        scope.set("input", task.input());
        scope.set("output", output);
        return scope.put("pollCount", polls);
    }

    private void broken(Throwable failure, HttpOutcome.Answered last) {
        if (failure instanceof ScriptFailure script) {
            String reason = log.redact("terminationCondition: " + script.getMessage());
            fail(reason, output(last), new RetryWish.Never());
        } else {
            end.tryFail(failure);
        }
    }

    private void fail(String reason, JsonNode output, RetryWish wish) {
        end.tryComplete(new ConnectorResult.Failed(reason, output, wish));
    }

    private static RetryWish policy() {
        return new RetryWish.ByPolicy();
    }

    private JsonNode output(HttpOutcome last) {
        return switch (last) {
            case HttpOutcome.Answered answered -> answered.output().put("pollCount", polls);
            case HttpOutcome.Unanswered unanswered -> MissingNode.getInstance();
        };
    }
}
