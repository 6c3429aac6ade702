package dev.continuo.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.vertx.core.AsyncResult;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts requests and times them, from the first byte that is routed to the last of the answer. One for all event loops
 * of a process. What a label may hold is known beforehand: nothing that a caller sends becomes a label.
 */
final class HttpMeters {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE");
    private static final String ROUTE = HttpMeters.class.getName();
    private static final String NO_ROUTE = "none";

    private final MeterRegistry registry;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<Labels, Timer> timers = new ConcurrentHashMap<>();

    private record Labels(String method, String route, String status) {}

    HttpMeters(MeterRegistry registry) {
        this.registry = registry;
        Gauge.builder("continuo.http.in.flight", inFlight, AtomicInteger::get)
                .description("Requests that are being answered")
                .register(registry);
    }

    void begun(RoutingContext context) {
        long began = System.nanoTime();
        inFlight.incrementAndGet();
        context.addEndHandler(ended -> {
            inFlight.decrementAndGet();
            timer(labels(context, ended)).record(Duration.ofNanos(System.nanoTime() - began));
        });
    }

    /** @param route as OpenAPI writes it */
    static void route(RoutingContext context, String route) {
        context.put(ROUTE, route);
    }

    private static Labels labels(RoutingContext context, AsyncResult<Void> ended) {
        String method = context.request().method().name();
        // A caller that went away before the answer has not seen its status.
        String status = ended.succeeded() ? context.response().getStatusCode() / 100 + "xx" : "closed";
        return new Labels(METHODS.contains(method) ? method : "OTHER", context.get(ROUTE, NO_ROUTE), status);
    }

    private Timer timer(Labels labels) {
        return timers.computeIfAbsent(labels, key -> Timer.builder("continuo.http.requests")
                .description("Requests that were answered")
                .tag("method", key.method)
                .tag("route", key.route)
                .tag("status", key.status)
                .register(registry));
    }
}
