package dev.continuo.testing;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** Waits for something to become true, instead of for a time that is hoped to be long enough. */
public final class Await {
    private static final long POLL_NANOS = Duration.ofMillis(5).toNanos();

    private Await() {}

    /** Something to wait for. An exception ends the wait and fails the test. */
    @FunctionalInterface
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** A value to wait for. An exception ends the wait and fails the test. */
    @FunctionalInterface
    public interface Source<T> {
        Optional<T> poll() throws Exception;
    }

    /** Assertions to wait for. */
    @FunctionalInterface
    public interface Assertions {
        void check() throws Exception;
    }

    /**
     * @param description what is waited for, as in "the run is completed"
     * @throws AssertionError with the description, when the condition does not hold within the limit
     */
    public static void until(String description, Duration limit, Condition condition) {
        value(description, limit, () -> condition.holds() ? Optional.of(true) : Optional.empty());
    }

    /** The first value that the source has, within the limit. */
    public static <T> T value(String description, Duration limit, Source<T> source) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean last = System.nanoTime() - end >= 0;
            Optional<T> value = poll(description, source);
            if (value.isPresent()) {
                return value.get();
            }
            if (last) {
                throw new AssertionError("Not within " + limit.toMillis() + " ms: " + description);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Repeats assertions until they pass; the last failure is thrown when they do not within the limit. */
    public static void untilAsserted(String description, Duration limit, Assertions assertions) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            boolean last = System.nanoTime() - end >= 0;
            Optional<AssertionError> failure = failure(description, assertions);
            if (failure.isEmpty()) {
                return;
            }
            if (last) {
                throw new AssertionError("Not within " + limit.toMillis() + " ms: " + description, failure.get());
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    private static <T> Optional<T> poll(String description, Source<T> source) {
        try {
            return source.poll();
        } catch (Exception e) {
            throw new AssertionError("While waiting for: " + description, e);
        }
    }

    private static Optional<AssertionError> failure(String description, Assertions assertions) {
        try {
            assertions.check();
            return Optional.empty();
        } catch (AssertionError e) {
            return Optional.of(e);
        } catch (Exception e) {
            throw new AssertionError("While waiting for: " + description, e);
        }
    }
}
