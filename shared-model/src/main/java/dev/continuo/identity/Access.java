package dev.continuo.identity;

import java.util.UUID;

/**
 * What an API key opens.
 *
 * @param owner whose what its holder makes is, however many keys that one has had
 */
public record Access(UUID keyId, String namespace, Role role, UUID owner) {}
