package dev.continuo.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/** One AES-256 key. Not a record, so that no {@code toString} shows it. */
final class Key {
    static final int BYTES = 32;
    private static final int ID_BYTES = 4;

    private final String id;
    private final SecretKey secret;

    Key(byte[] bytes) {
        secret = new SecretKeySpec(bytes, "AES");
        id = idOf(bytes);
    }

    /** Follows from the key, so that nobody has to name keys and a name cannot come to mean another key. */
    private static String idOf(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            byte[] digest = mac.doFinal("continuo key id".getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(Arrays.copyOf(digest, ID_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("The Java runtime lacks HmacSHA256", e);
        }
    }

    String id() {
        return id;
    }

    SecretKey secret() {
        return secret;
    }

    @Override
    public String toString() {
        return "Key[" + id + "]";
    }
}
