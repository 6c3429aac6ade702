package dev.continuo.api;

import dev.continuo.identity.Role;
import java.util.Optional;
import java.util.UUID;

/**
 * Who sends a request.
 *
 * @param id what the audit fields of everything that the request changes show, and whose what it makes is; a UUID
 * @param grant what the request's API key says; empty where requests are not authenticated
 */
public record Principal(String id, Optional<Grant> grant) {
    /** Everybody, where requests are not authenticated. */
    public static final Principal ANONYMOUS = new Principal("00000000-0000-0000-0000-000000000000", Optional.empty());

    private static final String COMMON_NAMESPACE = "default";

    /**
     * @param keyId of the API key
     * @param namespace whose everything is that the key opens
     */
    public record Grant(UUID keyId, String namespace, Role role) {}

    public static Principal of(UUID owner, Grant grant) {
        return new Principal(owner.toString(), Optional.of(grant));
    }

    /** The key's; without one, the namespace of all who are not told apart. */
    public String namespace() {
        return grant.map(Grant::namespace).orElse(COMMON_NAMESPACE);
    }

    /** Whether an administrator's deed is allowed: by the key's role, or since nobody is told apart. */
    public boolean mayAdminister() {
        return grant.map(given -> given.role() == Role.ADMIN).orElse(true);
    }
}
