package dev.continuo.store;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The right to send for a run, until the claim ends. Whatever is written under it is refused once somebody else has it.
 *
 * @param claim the fence
 * @param current the message that waits for another attempt
 * @param redeliver the message that somebody wants to be sent again, before anything else
 * @param open whether there may be further messages
 * @param digest of the latest message's body
 * @param failures in a row, of the messages of this run
 * @param failingFor since the first of them
 */
public record CallbackClaim(
        UUID runId,
        String namespace,
        String url,
        String host,
        int claim,
        Optional<String> current,
        Optional<String> redeliver,
        boolean open,
        Optional<byte[]> digest,
        int failures,
        Duration failingFor) {}
