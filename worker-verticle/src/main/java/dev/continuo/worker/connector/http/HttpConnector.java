package dev.continuo.worker.connector.http;

import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;

/**
 * HTTP: one request, its response as the output {@code {response: {statusCode, reasonPhrase, headers, body}}}. Unlike in
 * Conductor a failure keeps the response in the output, and whole numbers of a body stay whole.
 */
public final class HttpConnector implements Connector {
    private final HttpTools tools;

    public HttpConnector(HttpTools tools) {
        this.tools = tools;
    }

    @Override
    public String type() {
        return HttpType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        HttpRequest request;
        try {
            request = HttpRequest.parse(task.input(), tools.settings());
        } catch (InvalidInput e) {
            log.info("Not sent, as the input is no request");
            return Future.succeededFuture(ConnectorResult.Failed.forNow(log.redact(e.getMessage())));
        }
        HttpCall call = new HttpCall(tools, request, log);
        task.cancellation().onCancel(call::cancel);
        return call.run().map(outcome -> switch (outcome) {
            case HttpOutcome.Answered answered -> result(request, answered);
            case HttpOutcome.Unanswered(String reason) -> ConnectorResult.Failed.forNow(reason);
        });
    }

    private static ConnectorResult result(HttpRequest request, HttpOutcome.Answered answered) {
        if (!answered.isSuccess()) {
            return failed(answered);
        }
        return request.asyncComplete()
                ? new ConnectorResult.Waiting(answered.output())
                : new ConnectorResult.Completed(answered.output());
    }

    /** Whatever the status, the task's policy says whether there is another attempt (conductor: HTTP task). */
    static ConnectorResult failed(HttpOutcome.Answered answered) {
        RetryWish wish =
                answered.retryAfter().<RetryWish>map(RetryWish.NotBefore::new).orElseGet(RetryWish.ByPolicy::new);
        return new ConnectorResult.Failed(answered.complaint(), answered.output(), wish);
    }

    @Override
    public Future<Void> close() {
        return tools.via().client().close();
    }
}
