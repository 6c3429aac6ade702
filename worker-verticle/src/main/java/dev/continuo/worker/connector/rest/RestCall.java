package dev.continuo.worker.connector.rest;

import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;

/** One attempt: tokens, redirects and the response under one time limit. */
final class RestCall {
    private static final int MAX_REDIRECTS = 5;
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    /** What all calls of a connector share. */
    record Tools(Vertx vertx, Exchange.Via via, Tokens tokens, InstantSource clock, RestSettings settings) {}

    /** One of the requests that a call may need. */
    private record Hop(HttpMethod method, Target target, MultiMap headers, Optional<Buffer> body, int redirects) {}

    private final Tools tools;
    private final RestRequest request;
    private final ConnectorTask task;
    private final TaskLog log;
    private final Promise<Exchange.Reply> end = Promise.promise();
    private final long began = System.nanoTime();
    private Optional<Exchange> exchange = Optional.empty();
    private Target asked;

    RestCall(Tools tools, RestRequest request, ConnectorTask task, TaskLog log) {
        this.tools = tools;
        this.request = request;
        this.task = task;
        this.log = log;
        this.asked = request.target();
    }

    Future<ConnectorResult> run() {
        request.auth().secrets().forEach(log::hide);
        request.headers().forEach((name, value) -> {
            if (Target.soundsSecret(name)) {
                log.hide(value);
                // "Bearer abc": what comes after the scheme is secret on its own.
                log.hide(value.substring(value.indexOf(' ') + 1));
            }
        });
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
        exchange.ifPresent(running -> running.cut(cause));
    }

    private Future<Exchange.Reply> authorized() {
        return switch (request.auth()) {
            case Auth.None none -> hop(first(Optional.empty()));
            case Auth.Header header -> hop(first(Optional.of(header.value())));
            case Auth.OAuth2 oauth ->
                withToken(oauth).compose(reply -> reply.status() == 401 ? again(oauth) : hold(reply));
        };
    }

    private Future<Exchange.Reply> withToken(Auth.OAuth2 oauth) {
        return tools.tokens.token(task.namespace(), oauth).compose(token -> {
            log.hide(token);
            return hop(first(Optional.of("Bearer " + token))).onSuccess(reply -> {
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

    private Hop first(Optional<String> authorization) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
        authorization.ifPresent(value -> headers.set("authorization", value));
        return new Hop(request.method(), request.target(), headers, request.body(), 0);
    }

    private Future<Exchange.Reply> hop(Hop hop) {
        log.info(hop.method + " " + hop.target.shown());
        return send(hop)
                .recover(failure -> isStaleConnection(hop, failure) ? send(hop) : Future.failedFuture(failure))
                .compose(reply -> redirected(hop, reply).map(this::hop).orElseGet(() -> hold(reply)));
    }

    private Future<Exchange.Reply> send(Hop hop) {
        if (end.future().isComplete()) {
            return Future.failedFuture(new CancellationException("over"));
        }
        asked = hop.target;
        Exchange next = Exchange.send(
                tools.via, hop.method, hop.target, hop.headers, hop.body, tools.settings.maxResponseBytes());
        exchange = Optional.of(next);
        return next.reply();
    }

    /**
     * An upstream may close a kept-alive connection in the moment in which it is used again. That is no failure of the
     * upstream, and a request that may be sent twice (RFC 9110, 9.2.2) is sent again at once.
     */
    private boolean isStaleConnection(Hop hop, Throwable failure) {
        return failure instanceof HttpClosedException
                && IDEMPOTENT.contains(hop.method)
                && exchange.filter(Exchange::diedOnUsedConnection).isPresent();
    }

    private Optional<Hop> redirected(Hop hop, Exchange.Reply reply) {
        String location = reply.headers().get("location");
        if (!Statuses.isRedirect(reply.status()) || location == null || hop.redirects == MAX_REDIRECTS) {
            return Optional.empty();
        }
        return hop.target.redirectedTo(location).map(target -> {
            log.info(reply.status() + ": redirected to " + target.shown());
            boolean toGet = reply.status() == 303 && hop.method != HttpMethod.HEAD
                    || reply.status() <= 302 && hop.method == HttpMethod.POST;
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(hop.headers);
            if (!target.sameOrigin(hop.target)) {
                List.copyOf(headers.names()).stream()
                        .filter(Target::soundsSecret)
                        .forEach(headers::remove);
                headers.remove("host");
            }
            if (toGet) {
                headers.remove("content-type");
            }
            HttpMethod method = toGet ? HttpMethod.GET : hop.method;
            return new Hop(method, target, headers, toGet ? Optional.empty() : hop.body, hop.redirects + 1);
        });
    }

    private ConnectorResult answered(Exchange.Reply reply) {
        return new Answer(reply, request, asked).toResult(tools, millis(), log);
    }

    private ConnectorResult broken(Throwable cause) {
        boolean forGood = cause instanceof Tokens.Refused refused && refused.forGood();
        String what = cause instanceof Tokens.Refused
                ? cause.getMessage()
                : request.method() + " " + asked.shown() + ": " + Trouble.describe(cause, asked);
        String reason = log.redact(what);
        log.info("No response after " + millis() + " ms" + (forGood ? "; not to be retried" : ""));
        return forGood ? ConnectorResult.Failed.forGood(reason) : ConnectorResult.Failed.forNow(reason);
    }

    private long millis() {
        return (System.nanoTime() - began) / 1_000_000;
    }
}
