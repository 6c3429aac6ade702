package dev.continuo.worker.connector.exchange;

import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A request's way to its answer: redirects, and a second try where a kept-alive connection turned out to be closed. It
 * may be cut at any time; several requests may be sent one after the other.
 */
public final class Journey {
    private static final int MAX_REDIRECTS = 5;
    private static final Set<HttpMethod> IDEMPOTENT =
            Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS, HttpMethod.PUT, HttpMethod.DELETE);

    private final Exchange.Via via;
    private final Exchange.Limits limits;
    private final TaskLog log;
    private final Promise<Void> connected = Promise.promise();
    private Optional<Throwable> over = Optional.empty();
    private Optional<Exchange> exchange = Optional.empty();
    private Target asked;

    /** @param first where the first request will go */
    public Journey(Exchange.Via via, Exchange.Limits limits, Target first, TaskLog log) {
        this.via = via;
        this.limits = limits;
        this.asked = first;
        this.log = log;
    }

    /** The last response; every request on the way to it is in the log. */
    public Future<Exchange.Reply> send(Exchange.Request request) {
        return hop(request, 0);
    }

    /** Completes with the first connection; never, when there is none. */
    public Future<Void> connected() {
        return connected.future();
    }

    /** Who was asked last. */
    public Target asked() {
        return asked;
    }

    /** Ends what is under way, and whatever else would be sent, with this failure. */
    public void cut(Throwable cause) {
        over = Optional.of(cause);
        exchange.ifPresent(running -> running.cut(cause));
    }

    private Future<Exchange.Reply> hop(Exchange.Request request, int redirects) {
        log.info(request.method() + " " + request.target().shown());
        return once(request)
                .recover(failure -> isStaleConnection(request, failure) ? once(request) : Future.failedFuture(failure))
                .compose(reply -> redirected(request, reply, redirects)
                        .map(next -> hop(next, redirects + 1))
                        .orElseGet(() -> Future.succeededFuture(reply)));
    }

    private Future<Exchange.Reply> once(Exchange.Request request) {
        if (over.isPresent()) {
            return Future.failedFuture(over.get());
        }
        asked = request.target();
        Exchange next = Exchange.send(via, request, limits);
        next.connected().onSuccess(connected::tryComplete);
        exchange = Optional.of(next);
        return next.reply();
    }

    /**
     * An upstream may close a kept-alive connection in the moment in which it is used again. That is no failure of the
     * upstream, and a request that may be sent twice (RFC 9110, 9.2.2) is sent again at once.
     */
    private boolean isStaleConnection(Exchange.Request request, Throwable failure) {
        return failure instanceof HttpClosedException
                && IDEMPOTENT.contains(request.method())
                && exchange.filter(Exchange::diedOnUsedConnection).isPresent();
    }

    private Optional<Exchange.Request> redirected(Exchange.Request request, Exchange.Reply reply, int redirects) {
        String location = reply.headers().get("location");
        if (!Statuses.isRedirect(reply.status()) || location == null || redirects == MAX_REDIRECTS) {
            return Optional.empty();
        }
        return request.target().redirectedTo(location).map(target -> {
            log.info(reply.status() + ": redirected to " + target.shown());
            boolean toGet = reply.status() == 303 && request.method() != HttpMethod.HEAD
                    || reply.status() <= 302 && request.method() == HttpMethod.POST;
            MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(request.headers());
            if (!target.sameOrigin(request.target())) {
                List.copyOf(headers.names()).stream()
                        .filter(Target::soundsSecret)
                        .forEach(headers::remove);
                headers.remove("host");
            }
            if (toGet) {
                headers.remove("content-type");
            }
            HttpMethod method = toGet ? HttpMethod.GET : request.method();
            Optional<Buffer> body = toGet ? Optional.empty() : request.body();
            return new Exchange.Request(method, target, headers, body);
        });
    }
}
