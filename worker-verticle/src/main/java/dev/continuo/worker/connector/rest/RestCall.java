package dev.continuo.worker.connector.rest;

import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Journey;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CancellationException;

/** One attempt: tokens, redirects and the response under one time limit. */
final class RestCall {

    /** What all calls of a connector share. */
    record Tools(Vertx vertx, Exchange.Via via, Tokens tokens, InstantSource clock, ExchangeSettings settings) {}

    private final Tools tools;
    private final RestRequest request;
    private final ConnectorTask task;
    private final TaskLog log;
    private final Promise<Exchange.Reply> end = Promise.promise();
    private final long began = System.nanoTime();
    private final Journey journey;

    RestCall(Tools tools, RestRequest request, ConnectorTask task, TaskLog log) {
        this.tools = tools;
        this.request = request;
        this.task = task;
        this.log = log;
        this.journey = new Journey(
                tools.via,
                new Exchange.Limits(tools.settings.maxResponseBytes(), tools.settings.connectTimeout()),
                request.target(),
                log);
    }

    Future<ConnectorResult> run() {
        request.auth().secrets().forEach(log::hide);
        first(Optional.empty()).hideSecrets(log);
        if (request.toFile()) {
            log.warn("_to is \"file\", but there is no file service; the response becomes the task's output");
        }
        long timer =
                tools.vertx.setTimer(request.timeout().toMillis(), id -> cut(new Trouble.TimeUp(request.timeout())));
        task.cancellation().onCancel(() -> cut(new CancellationException("cancelled")));
        authorized().onComplete(end::tryComplete, end::tryFail);
        return end.future()
                .onComplete(reply -> tools.vertx.cancelTimer(timer))
                .map(this::answered)
                .otherwise(this::broken);
    }

    private void cut(RuntimeException cause) {
        end.tryFail(cause);
        journey.cut(cause);
    }

    private Future<Exchange.Reply> authorized() {
        return switch (request.auth()) {
            case Auth.None none -> journey.send(first(Optional.empty()));
            case Auth.Header header -> journey.send(first(Optional.of(header.value())));
            case Auth.OAuth2 oauth ->
                withToken(oauth).compose(reply -> reply.status() == 401 ? again(oauth) : hold(reply));
        };
    }

    private Future<Exchange.Reply> withToken(Auth.OAuth2 oauth) {
        return tools.tokens.token(task.namespace(), oauth).compose(token -> {
            log.hide(token);
            return journey.send(first(Optional.of("Bearer " + token))).onSuccess(reply -> {
                if (reply.status() == 401) {
                    tools.tokens.drop(task.namespace(), oauth, token);
                }
            });
        });
    }

    /** The upstream may have revoked the token early: one more try with a new one. */
    private Future<Exchange.Reply> again(Auth.OAuth2 oauth) {
        log.info("401: the access token was not accepted; trying once with a new one");
        return withToken(oauth);
    }

    private static Future<Exchange.Reply> hold(Exchange.Reply reply) {
        return Future.succeededFuture(reply);
    }

    private Exchange.Request first(Optional<String> authorization) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        authorization.ifPresent(value -> headers.set("authorization", value));
        return new Exchange.Request(request.method(), request.target(), headers, request.body());
    }

    private ConnectorResult answered(Exchange.Reply reply) {
        return new Answer(reply, request, journey.asked()).toResult(tools, millis(), log);
    }

    private ConnectorResult broken(Throwable cause) {
        boolean forGood = cause instanceof Tokens.Refused refused && refused.forGood();
        String what = cause instanceof Tokens.Refused
                ? cause.getMessage()
                : request.method() + " " + journey.asked().shown() + ": " + Trouble.describe(cause, journey.asked());
        String reason = log.redact(what);
        log.info("No response after " + millis() + " ms" + (forGood ? "; not to be retried" : ""));
        return forGood ? ConnectorResult.Failed.forGood(reason) : ConnectorResult.Failed.forNow(reason);
    }

    private long millis() {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
