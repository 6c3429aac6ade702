package dev.continuo.worker;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;

/** What one worker counts. Gauges carry the worker's id and are removed with it. */
final class WorkerMeters {
    private final MeterRegistry registry;
    private final String workerId;
    private final Counter duplicates;
    private final Counter stale;
    private final Counter refused;
    private final Counter lost;
    private final Counter unstorable;
    private List<Meter> gauges = List.of();

    WorkerMeters(MeterRegistry registry, String workerId) {
        this.registry = registry;
        this.workerId = workerId;
        duplicates = counter("continuo.task.duplicates.dropped", "Events for tasks that nobody has to be woken for");
        stale = counter("continuo.stale.results", "Results of attempts that were not the worker's any more");
        refused = counter("continuo.worker.results.refused", "Results for runs or tasks that take none any more");
        lost = counter("continuo.worker.leases.lost", "Executions that were cancelled because their lease was lost");
        unstorable = counter("continuo.worker.results.unstorable", "Results that the engine failed to store");
    }

    void gauges(IntSupplier running, IntSupplier waiting) {
        gauges = List.of(
                gauge("continuo.worker.running", "Executions and results under way", running),
                gauge("continuo.worker.waiting", "Events that wait for a slot", waiting));
    }

    void duplicate() {
        duplicates.increment();
    }

    void stale() {
        stale.increment();
    }

    void refused() {
        refused.increment();
    }

    void lost() {
        lost.increment();
    }

    void unstorable() {
        unstorable.increment();
    }

    /** @param outcome a word of ours, never a user's text */
    void executed(String type, String outcome, long nanos) {
        Timer.builder("continuo.worker.executions")
                .description("Executed attempts")
                .tag("type", type)
                .tag("outcome", outcome)
                .register(registry)
                .record(Duration.ofNanos(nanos));
    }

    void close() {
        gauges.forEach(registry::remove);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }

    private Meter gauge(String name, String description, IntSupplier value) {
        return Gauge.builder(name, value::getAsInt)
                .description(description)
                .tag("worker", workerId)
                .register(registry);
    }
}
