package dev.continuo.bench;

/** What is measured in a round. */
enum Measure {
    STARTS_PER_SECOND("startsPerSecond", "durable starts per second", 0, Rounds.MEDIAN),
    RUNS_PER_SECOND("runsPerSecond", "runs COMPLETED per second", 0, Rounds.MEDIAN),
    P50("p50Millis", "p50 ms", 2, Rounds.MEDIAN),
    P90("p90Millis", "p90 ms", 2, Rounds.MEDIAN),
    P99("p99Millis", "p99 ms", 2, Rounds.MEDIAN),
    OWN_P50("ownP50Millis", "p50 ms, own time", 2, Rounds.MEDIAN),
    OWN_P90("ownP90Millis", "p90 ms, own time", 2, Rounds.MEDIAN),
    OWN_P99("ownP99Millis", "p99 ms, own time", 2, Rounds.MEDIAN),
    POLLS_PER_RUN("pollsPerRun", "polls per run", 2, Rounds.MEDIAN),
    GENERATOR_CPU("generatorCpuPercent", "CPU of the generator, % of a core", 0, Rounds.MEDIAN),
    COUNT("count", "counted", 0, Rounds.SUM),
    REPEATED("repeatedCalls", "calls of the upstream beyond one per run", 0, Rounds.SUM),
    ERRORS("errors", "errors", 0, Rounds.SUM),
    BAD("bad", "bad (acknowledged, but not as it must be)", 0, Rounds.SUM);

    /** How a measure's rounds become one figure. A fault must not vanish in a median. */
    enum Rounds {
        MEDIAN,
        SUM
    }

    private final String key;
    private final String label;
    private final int decimals;
    private final Rounds rounds;

    Measure(String key, String label, int decimals, Rounds rounds) {
        this.key = key;
        this.label = label;
        this.decimals = decimals;
        this.rounds = rounds;
    }

    /** Its name in JSON. */
    String key() {
        return key;
    }

    String label() {
        return label;
    }

    int decimals() {
        return decimals;
    }

    double combine(double... values) {
        return switch (rounds) {
            case MEDIAN -> Samples.median(values);
            case SUM -> {
                double sum = 0;
                for (double value : values) {
                    sum += value;
                }
                yield sum;
            }
        };
    }
}
