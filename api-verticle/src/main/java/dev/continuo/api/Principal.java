package dev.continuo.api;

/**
 * Who sends a request.
 *
 * @param id what the audit fields of everything that the request changes show; a UUID
 */
public record Principal(String id) {
    /** Everybody, as long as requests are not authenticated. */
    public static final Principal ANONYMOUS = new Principal("00000000-0000-0000-0000-000000000000");
}
