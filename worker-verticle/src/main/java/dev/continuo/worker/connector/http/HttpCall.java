package dev.continuo.worker.connector.http;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.exchange.Complaint;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.Journey;
import dev.continuo.worker.connector.exchange.ResponseBody;
import dev.continuo.worker.connector.exchange.RetryAfter;
import dev.continuo.worker.connector.exchange.Statuses;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;

/** One request under its time limits. */
final class HttpCall {
    private final HttpTools tools;
    private final HttpRequest request;
    private final TaskLog log;
    private final Journey journey;
    private final long began = System.nanoTime();
    private Optional<Long> timer = Optional.empty();

    HttpCall(HttpTools tools, HttpRequest request, TaskLog log) {
        this.tools = tools;
        this.request = request;
        this.log = log;
        Exchange.Limits limits = new Exchange.Limits(tools.settings().maxResponseBytes(), request.connect());
        this.journey = new Journey(tools.via(), limits, request.target(), log);
    }

    /** Never fails. */
    Future<HttpOutcome> run() {
        Vertx vertx = tools.vertx();
        Exchange.Request first = request.toSend();
        first.hideSecrets(log);
        Future<Exchange.Reply> reply = journey.send(first);
        journey.connected().onSuccess(v -> {
            if (!reply.isComplete()) {
                timer = Optional.of(vertx.setTimer(
                        request.read().toMillis(), id -> journey.cut(new Trouble.TimeUp(request.read()))));
            }
        });
        return reply.onComplete(over -> timer.ifPresent(vertx::cancelTimer))
                .map(this::answered)
                .otherwise(this::unanswered);
    }

    void cancel() {
        journey.cut(new CancellationException("cancelled"));
    }

    private HttpOutcome answered(Exchange.Reply reply) {
        String contentType = reply.contentType();
        ResponseBody body = ResponseBody.decodeJsonFirst(reply.body(), contentType);
        log.info(reply.shownStatus() + ", " + reply.body().length() + " bytes"
                + (contentType.isEmpty() ? "" : " of " + contentType) + ", " + millis() + " ms");
        body.warning().ifPresent(log::warn);
        ObjectNode response = JsonNodeFactory.instance.objectNode();
        response.put("statusCode", reply.status());
        response.put("reasonPhrase", Optional.ofNullable(reply.message()).orElse(""));
        response.set("headers", headers(reply.headers()));
        response.set("body", body.value());
        String complaint =
                log.redact(Complaint.about(reply, request.method(), journey.asked(), body.value(), log::redact));
        Optional<Duration> retryAfter = Statuses.mayPass(reply.status())
                ? RetryAfter.of(reply, tools.clock().instant(), tools.settings().longestRetryAfter())
                : Optional.empty();
        return new HttpOutcome.Answered(reply.status(), response, complaint, retryAfter);
    }

    /** In the upstream's spelling; HTTP does not tell cases apart, so that the first spelling stands for all. */
    private static ObjectNode headers(MultiMap received) {
        Map<String, String> spelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, String> header : received.entries()) {
            spelling.putIfAbsent(header.getKey(), header.getKey());
            ArrayNode values = headers.withArrayProperty(spelling.get(header.getKey()));
            values.add(header.getValue());
        }
        return headers;
    }

    private HttpOutcome unanswered(Throwable cause) {
        log.info("No response after " + millis() + " ms");
        return new HttpOutcome.Unanswered(log.redact(
                request.method() + " " + journey.asked().shown() + ": " + Trouble.describe(cause, journey.asked())));
    }

    private long millis() {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
