package dev.continuo.api;

import dev.continuo.store.Overloaded;
import dev.continuo.store.StoreUnavailable;
import io.vertx.core.http.HttpClosedException;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a request is answered with that failed instead of being refused. */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    /** @param request method and path, for the log */
    static Problem problem(Throwable failure, String request) {
        return switch (failure) {
            case Overloaded overloaded ->
                Problem.of(503, overloaded.getMessage()).retryAfter(Duration.ofSeconds(1));
            case StoreUnavailable unavailable -> {
                LOG.warn("{}: {}", request, unavailable.getMessage());
                yield Problem.of(503, "The database is not available; try again soon")
                        .retryAfter(Duration.ofSeconds(2));
            }
            case HttpException http
            when http.getStatusCode() == 400 -> Problem.badRequest("The request's path or query is malformed");
            case HttpClosedException closed -> Problem.badRequest("The connection was closed");
            default -> {
                LOG.error("{} failed", request, failure);
                yield Problem.of(500, "The request failed inside the server; its log says why");
            }
        };
    }
}
