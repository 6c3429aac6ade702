package dev.continuo.store;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.TimeUnit;

/**
 * The database's clock, read without asking it each time: the last reading, carried on by this process's monotonic
 * clock. A step of this machine's wall clock is not noticed; one of the database's is, with the next reading.
 */
final class DbClock {
    static final String READ = "SELECT clock_timestamp() AS now";
    private static final long MAX_AGE_NANOS = TimeUnit.SECONDS.toNanos(5);

    private record Reading(Instant instant, long nanos, boolean database) {}

    private volatile Reading reading = new Reading(Instant.now(), System.nanoTime(), false);

    void read(OffsetDateTime database) {
        reading = new Reading(database.toInstant(), System.nanoTime(), true);
    }

    /** True when the last reading is too old to go by: the clocks may have drifted apart, or the database's stepped. */
    boolean stale() {
        Reading last = reading;
        return !last.database() || System.nanoTime() - last.nanos() > MAX_AGE_NANOS;
    }

    Instant now() {
        Reading last = reading;
        return last.instant().plusNanos(System.nanoTime() - last.nanos()).truncatedTo(ChronoUnit.MICROS);
    }
}
