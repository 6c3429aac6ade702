package dev.continuo.bench;

import java.util.Locale;

/** What can be measured. */
public enum Scenario {
    /** Starts of runs that do nothing but wait for a person: what it costs to make a run durable. */
    STARTS,
    /** Runs of one REST_CONNECTOR task, from the start until COMPLETED can be read. */
    REST,
    /** The same, one run at a time. */
    LATENCY;

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    String setup(BenchOptions options) {
        String rounds = "%d x %d s after %d s of warm-up"
                .formatted(options.repeat(), options.seconds(), options.warmupSeconds());
        return switch (this) {
            case STARTS -> options.connections() + " connections, " + rounds;
            case REST ->
                "%d runs in flight over %d connections, %s"
                        .formatted(options.inFlight(), options.connections(), rounds);
            case LATENCY ->
                "%d x %d runs, one at a time, after %d s of warm-up"
                        .formatted(options.repeat(), options.runs(), options.warmupSeconds());
        };
    }
}
