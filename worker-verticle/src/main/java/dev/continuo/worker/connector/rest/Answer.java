package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.exchange.Complaint;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ResponseBody;
import dev.continuo.worker.connector.exchange.RetryAfter;
import dev.continuo.worker.connector.exchange.Statuses;
import dev.continuo.worker.connector.exchange.Target;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A response as the result of a task.
 *
 * @param from the target that answered, after redirects
 */
record Answer(Exchange.Reply reply, RestRequest request, Target from) {
    ConnectorResult toResult(RestCall.Tools tools, long millis, TaskLog log) {
        String contentType = reply.contentType();
        ResponseBody body = ResponseBody.decode(reply.body(), contentType);
        log.info(reply.shownStatus() + ", " + reply.body().length() + " bytes"
                + (contentType.isEmpty() ? "" : " of " + contentType) + ", " + millis + " ms");
        body.warning().ifPresent(log::warn);
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.put("_statusCode", reply.status());
        output.set("_headers", headers());
        output.set("_body", body.value());
        if (reply.status() / 100 == 2) {
            return new ConnectorResult.Completed(output);
        }
        String reason = log.redact(Complaint.about(reply, request.method(), from, body.value(), log::redact));
        RetryWish wish = wish(tools);
        remark(wish).ifPresent(log::info);
        return new ConnectorResult.Failed(reason, output, wish);
    }

    /** 4xx says that the request is wrong, and the same request stays wrong, unless the definition knows better. */
    private RetryWish wish(RestCall.Tools tools) {
        if (!Statuses.mayPass(reply.status()) && !request.retryOn().contains(reply.status())) {
            return new RetryWish.Never();
        }
        return RetryAfter.of(reply, tools.clock().instant(), tools.settings().longestRetryAfter())
                .<RetryWish>map(RetryWish.NotBefore::new)
                .orElseGet(RetryWish.ByPolicy::new);
    }

    /** What the task's policy alone does not explain. */
    private static Optional<String> remark(RetryWish wish) {
        return switch (wish) {
            case RetryWish.Never never -> Optional.of("Not to be retried");
            case RetryWish.ByPolicy policy -> Optional.empty();
            case RetryWish.NotBefore(Duration wait) ->
                Optional.of("Not to be retried before " + wait.toSeconds() + " s have passed (Retry-After)");
        };
    }

    /** Names in lower case, as HTTP does not tell cases apart; a header that came several times is an array. */
    private ObjectNode headers() {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, String> header : reply.headers().entries()) {
            String name = header.getKey().toLowerCase(Locale.ROOT);
            switch (headers.path(name)) {
                case ArrayNode values -> values.add(header.getValue());
                case TextNode first ->
                    headers.set(name, headers.arrayNode().add(first).add(header.getValue()));
                case JsonNode none -> headers.put(name, header.getValue());
            }
        }
        return headers;
    }
}
