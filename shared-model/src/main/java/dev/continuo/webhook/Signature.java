package dev.continuo.webhook;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The signature of an attempt (Standard Webhooks, "Signature scheme"): HMAC-SHA256 over id, time and body, so that none of
 * them can be put with another.
 */
public final class Signature {
    private Signature() {}

    /**
     * The value of the header {@code webhook-signature}: {@code v1,<Base64>} for each secret, parted by blanks.
     *
     * @param id of the message, the same in all its attempts
     * @param timestamp of the attempt, seconds since 1970
     * @param body as it is sent
     */
    public static String of(List<SigningSecret> secrets, String id, long timestamp, byte[] body) {
        byte[] head = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        byte[] content = new byte[head.length + body.length];
        System.arraycopy(head, 0, content, 0, head.length);
        System.arraycopy(body, 0, content, head.length, body.length);
        return secrets.stream()
                .map(secret -> "v1," + Base64.getEncoder().encodeToString(secret.hmac(content)))
                .collect(Collectors.joining(" "));
    }
}
