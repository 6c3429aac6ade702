package dev.continuo.store;

import dev.continuo.identity.Access;
import java.time.Instant;
import java.util.Optional;

/**
 * What is kept of an API key.
 *
 * @param prefix the key's first letters
 * @param createdBy as in all audit fields
 * @param usedAt about when it was used last, to the minute
 */
public record StoredApiKey(
        Access access,
        String name,
        String prefix,
        Instant createdAt,
        String createdBy,
        Optional<Instant> expiresAt,
        Optional<Instant> revokedAt,
        Optional<Instant> usedAt) {}
