package dev.continuo.engine;

import java.time.Duration;

/**
 * Limits of a {@link WaitingRoom}.
 *
 * @param waiters polls that may wait
 * @param queues that may be known; those that nobody polls are forgotten
 * @param handOut tasks in one claim
 * @param look the time between two looks into queues that are believed to be empty
 * @param claim a claim that takes longer fails its polls
 * @param slot how long a queue at its concurrency limit waits, when no slot is heard to be free
 * @param down how long polls fail at once after Postgres was found to be away
 */
record RoomLimits(int waiters, int queues, int handOut, Duration look, Duration claim, Duration slot, Duration down) {
    static final RoomLimits DEFAULT = new RoomLimits(
            20_000,
            10_000,
            256,
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofMillis(200),
            Duration.ofMillis(500));
}
