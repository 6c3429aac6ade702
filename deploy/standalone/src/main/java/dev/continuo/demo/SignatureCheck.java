package dev.continuo.demo;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a receiver checks before it believes a message (Standard Webhooks, "Verifying signatures"). */
final class SignatureCheck {
    private static final String SECRET_PREFIX = "whsec_";
    private static final String VERSION = "v1,";
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    private final byte[] key;

    /** @param secret {@code whsec_} and a key in Base64 */
    SignatureCheck(String secret) {
        if (!secret.startsWith(SECRET_PREFIX)) {
            throw new IllegalArgumentException("A signing secret begins with " + SECRET_PREFIX);
        }
        this.key = Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()));
    }

    /**
     * Whether one of the signatures is right, and the message neither old nor from the future.
     *
     * @param timestamp the header {@code webhook-timestamp}, seconds since 1970
     * @param signatures the header {@code webhook-signature}, parted by blanks
     */
    boolean holds(String id, String timestamp, String signatures, byte[] body, Instant now) {
        if (!timestamp.matches("[0-9]{1,12}")) {
            return false;
        }
        Duration age = Duration.between(Instant.ofEpochSecond(Long.parseLong(timestamp)), now);
        byte[] right = (VERSION + Base64.getEncoder().encodeToString(mac(id + "." + timestamp + ".", body)))
                .getBytes(StandardCharsets.UTF_8);
        return age.abs().compareTo(TOLERANCE) <= 0
                && Stream.of(signatures.split(" "))
                        .anyMatch(given -> MessageDigest.isEqual(given.getBytes(StandardCharsets.UTF_8), right));
    }

    private byte[] mac(String head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(head.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The Java runtime lacks HmacSHA256", e);
        }
    }
}
