package dev.continuo.worker.webhook;

import dev.continuo.store.WebhookQueue;
import dev.continuo.webhook.RetrySchedule;
import java.time.Duration;

/**
 * How a process sends callbacks.
 *
 * @param privateAllowed whether receivers may be on this machine or in a private network
 * @param concurrency messages in flight
 * @param perNamespace of these, of the same namespace
 * @param perHost of these, of the same namespace to the same host
 * @param maxBodyBytes a message with a larger body is not sent
 * @param attempt the longest time for one attempt, from the look-up of the name to the end of the answer
 * @param lease how long a claim lasts
 * @param look how often it is looked for what nobody hinted at
 * @param userAgent what the sender calls itself
 */
public record SenderSettings(
        boolean privateAllowed,
        int concurrency,
        int perNamespace,
        int perHost,
        int maxBodyBytes,
        Duration attempt,
        Duration lease,
        Duration look,
        RetrySchedule schedule,
        String userAgent) {

    /** Time for what happens under a claim besides the attempt itself. */
    private static final Duration MARGIN = Duration.ofSeconds(5);

    public static final SenderSettings DEFAULTS = new SenderSettings(
            false,
            64,
            8,
            4,
            16 << 20,
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            RetrySchedule.DEFAULT,
            "Continuo");

    public SenderSettings {
        if (concurrency < 1 || perNamespace < 1 || perHost < 1 || maxBodyBytes < 1) {
            throw new IllegalArgumentException("the limits of callbacks are positive");
        }
        if (!attempt.isPositive() || !look.isPositive()) {
            throw new IllegalArgumentException("the times of callbacks are positive");
        }
        if (lease.compareTo(attempt.plus(MARGIN)) <= 0) {
            throw new IllegalArgumentException("a claim lasts longer than an attempt, by more than 5 s");
        }
    }

    /** @param userAgent with the version, such as {@code Continuo/1.0} */
    public static SenderSettings of(
            boolean privateAllowed,
            int concurrency,
            int perNamespace,
            int perHost,
            int maxBodyBytes,
            String userAgent) {
        return new SenderSettings(
                privateAllowed,
                concurrency,
                perNamespace,
                perHost,
                maxBodyBytes,
                DEFAULTS.attempt,
                DEFAULTS.lease,
                DEFAULTS.look,
                DEFAULTS.schedule,
                userAgent);
    }

    /** How long after it was asked for a claim may still be used to begin an attempt: it must end before the claim does. */
    Duration usable() {
        return lease.minus(attempt).minus(MARGIN);
    }

    WebhookQueue.Room room(int limit) {
        return new WebhookQueue.Room(limit, perNamespace, perHost, lease);
    }
}
