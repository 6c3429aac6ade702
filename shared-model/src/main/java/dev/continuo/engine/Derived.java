package dev.continuo.engine;

import java.util.UUID;

/**
 * Ids of runs that follow from something: always the same for the same cause, so that a start that is repeated after a
 * crash is the same run. A UUIDv7 gives a UUIDv7 of the same time.
 */
final class Derived {
    private static final long CHILD = 0x0000_5a5a_5a5a_5a5aL;
    private static final long AFTER_FAILURE = 0x0000_3c3c_3c3c_3c3cL;

    /** Those that tell neither the version of an id nor its variant. */
    private static final long LOW_BITS = 0x0000_ffff_ffff_ffffL;

    private Derived() {}

    static UUID child(UUID taskId) {
        return new UUID(taskId.getMostSignificantBits(), taskId.getLeastSignificantBits() ^ CHILD);
    }

    /**
     * @param begunAgain since when the run lives that has failed, in epoch ms, when it had ended before; 0 for the first time
     */
    static UUID afterFailure(UUID runId, long begunAgain) {
        return new UUID(
                runId.getMostSignificantBits(),
                runId.getLeastSignificantBits() ^ AFTER_FAILURE ^ (begunAgain & LOW_BITS));
    }
}
