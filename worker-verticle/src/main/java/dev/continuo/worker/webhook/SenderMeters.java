package dev.continuo.worker.webhook;

import dev.continuo.webhook.Attempted;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.function.IntSupplier;

/** What a process counts of the callbacks that it sends. */
final class SenderMeters {
    private final MeterRegistry registry;
    private final Counter taken;
    private final Counter failed;
    private final Counter gone;
    private final Counter merged;
    private final Counter givenUp;
    private List<Meter> gauges = List.of();
    private volatile Duration oldest = Duration.ZERO;

    SenderMeters(MeterRegistry registry) {
        this.registry = registry;
        taken = attempts("taken");
        failed = attempts("failed");
        gone = attempts("gone");
        merged = counter("continuo.callbacks.merged", "Messages in whose place a later one was sent");
        givenUp = counter(
                "continuo.callbacks.given.up", "Messages that nobody took in the time for which they are tried");
    }

    void gauges(IntSupplier flying) {
        gauges = List.of(
                Gauge.builder("continuo.callbacks.flying", flying::getAsInt)
                        .description("Messages that this process is sending")
                        .register(registry),
                Gauge.builder("continuo.callbacks.oldest", () -> oldest.toMillis() / 1000.0)
                        .description("Age of the oldest message that is neither delivered nor given up")
                        .baseUnit("seconds")
                        .register(registry));
    }

    void attempted(Attempted attempted) {
        switch (attempted) {
            case Attempted.Taken one -> taken.increment();
            case Attempted.Failed one -> failed.increment();
            case Attempted.Gone one -> gone.increment();
        }
    }

    void merged() {
        merged.increment();
    }

    void givenUp() {
        givenUp.increment();
    }

    void oldest(Duration age) {
        oldest = age;
    }

    void close() {
        gauges.forEach(registry::remove);
    }

    private Counter attempts(String outcome) {
        return Counter.builder("continuo.callbacks.attempts")
                .description("Attempts to deliver a message")
                .tag("outcome", outcome)
                .register(registry);
    }

    private Counter counter(String name, String description) {
        return Counter.builder(name).description(description).register(registry);
    }
}
