package dev.continuo.worker.connector.http;

import dev.continuo.script.ScriptPool;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.PatientPool;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.Duration;

/**
 * HTTP_POLL: one request again and again until {@code terminationCondition} holds; the output is that of HTTP for the
 * last response, with {@code pollCount}. All polls are one execution, which holds one of the worker's slots meanwhile;
 * when its worker ends, another begins with the first poll.
 */
public final class HttpPollConnector implements Connector {
    private final HttpPoll.Tools tools;

    /** @param scriptLimit of one evaluation of the condition */
    public HttpPollConnector(HttpTools http, ScriptPool pool, Duration scriptLimit) {
        this.tools = new HttpPoll.Tools(http, new PatientPool(http.vertx(), pool), scriptLimit);
    }

    @Override
    public String type() {
        return HttpPollType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        HttpRequest request;
        PollTerms terms;
        try {
            request = HttpRequest.parse(task.input(), tools.http().settings());
            terms = PollTerms.parse(HttpRequest.member(task.input()));
        } catch (InvalidInput e) {
            log.info("Not sent, as the input is no request");
            return Future.succeededFuture(ConnectorResult.Failed.forNow(log.redact(e.getMessage())));
        }
        return new HttpPoll(tools, request, terms, task, log).run();
    }

    @Override
    public Future<Void> close() {
        return tools.http().via().client().close();
    }
}
