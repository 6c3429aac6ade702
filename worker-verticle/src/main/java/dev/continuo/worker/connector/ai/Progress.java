package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.TaskLog;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;
import java.util.function.Consumer;

/** Tells in the log how a long answer comes along: a line every two seconds at most, and none for a quick one. */
public final class Progress implements Consumer<Integer> {
    private static final Duration EVERY = Duration.ofSeconds(2);

    private final TaskLog log;
    private final InstantSource clock;
    private Instant told;

    public Progress(TaskLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
        this.told = clock.instant();
    }

    /** @param characters so far */
    @Override
    public void accept(Integer characters) {
        Instant now = clock.instant();
        if (Duration.between(told, now).compareTo(EVERY) >= 0) {
            told = now;
            log.info(String.format(Locale.ROOT, "%,d characters so far", characters));
        }
    }
}
