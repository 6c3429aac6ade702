package dev.continuo.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Health, metrics and open streams: what the event loops of a process share, and what the process says about itself. */
public final class Operations {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private static final int DEFAULT_STREAMS = 1_000;

    private final List<HealthCheck> checks;
    private final PrometheusMeterRegistry registry;
    private final HttpMeters httpMeters;
    private final EventStreams streams;

    public Operations(List<HealthCheck> checks, PrometheusMeterRegistry registry) {
        this(checks, registry, DEFAULT_STREAMS);
    }

    /** @param maxStreams streams of events that may be open at once */
    public Operations(List<HealthCheck> checks, PrometheusMeterRegistry registry, int maxStreams) {
        this(checks, registry, maxStreams, EventStreams.Times.DEFAULT);
    }

    Operations(List<HealthCheck> checks, PrometheusMeterRegistry registry, int maxStreams, EventStreams.Times times) {
        this.checks = List.copyOf(checks);
        this.registry = registry;
        this.httpMeters = new HttpMeters(registry);
        this.streams = new EventStreams(maxStreams, times, registry);
    }

    EventStreams streams() {
        return streams;
    }

    HttpMeters httpMeters() {
        return httpMeters;
    }

    List<Endpoint> endpoints(Vertx vertx, Duration limit) {
        return List.of(
                Endpoint.get("/health/live", call -> Answer.ok(status("UP")).now()),
                Endpoint.get("/health/ready", call -> ready(limit)),
                Endpoint.get("/metrics", call -> metrics(vertx)));
    }

    private Future<Answer> ready(Duration limit) {
        List<Future<Boolean>> results =
                checks.stream().map(check -> works(check, limit)).toList();
        return Future.all(results).map(all -> {
            boolean up = results.stream().allMatch(Future::result);
            ObjectNode body = status(up ? "UP" : "DOWN");
            ArrayNode list = body.putArray("checks");
            for (int i = 0; i < checks.size(); i++) {
                list.addObject()
                        .put("name", checks.get(i).name())
                        .put("status", results.get(i).result() ? "UP" : "DOWN");
            }
            return new Answer.Json(up ? 200 : 503, body);
        });
    }

    private static Future<Boolean> works(HealthCheck check, Duration limit) {
        return check.works()
                .get()
                .timeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .otherwise(false);
    }

    /** With many meters a scrape takes its time, so it does not happen on the event loop. */
    private Future<Answer> metrics(Vertx vertx) {
        return vertx.executeBlocking(registry::scrape, false).map(text -> new Answer.Text(PROMETHEUS_TEXT, text));
    }

    private static ObjectNode status(String word) {
        return JsonNodeFactory.instance.objectNode().put("status", word);
    }
}
