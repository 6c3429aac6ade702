package dev.continuo.bench;

import java.util.EnumMap;
import java.util.Map;

/** The figures of one round. */
record Round(Map<Measure, Double> figures) {

    static Builder builder() {
        return new Builder(new EnumMap<>(Measure.class));
    }

    /** Collects the figures one by one. */
    record Builder(EnumMap<Measure, Double> figures) {
        Builder with(Measure measure, double value) {
            figures.put(measure, value);
            return this;
        }

        Builder percentiles(Samples samples, Measure p50, Measure p90, Measure p99) {
            return with(p50, samples.percentileMillis(0.5))
                    .with(p90, samples.percentileMillis(0.9))
                    .with(p99, samples.percentileMillis(0.99));
        }

        Round build() {
            return new Round(figures);
        }
    }
}
