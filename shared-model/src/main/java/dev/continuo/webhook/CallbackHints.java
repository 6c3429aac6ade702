package dev.continuo.webhook;

import java.util.UUID;

/**
 * Hears that a run with a callback has something new to tell, after it was committed. A hint makes the callback prompt, no
 * more: when one is lost, a change of the run is found within a second or so, and new log lines go with the next change.
 */
@FunctionalInterface
public interface CallbackHints {
    /** Any thread. Neither blocks nor throws. */
    void moved(UUID runId);
}
