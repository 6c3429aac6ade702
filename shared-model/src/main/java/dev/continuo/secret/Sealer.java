package dev.continuo.secret;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;

/**
 * Seals short texts with AES-256-GCM (guarantee G6). Safe for any thread.
 *
 * <p>A sealed text is {@code sealed:v1:<key id>:<base64url(nonce | ciphertext | tag)>}. The namespace is authenticated
 * with it: a text that was copied into another namespace cannot be opened there. The nonce is random, 96 bits: one key may
 * seal about four billion texts before it should be replaced (NIST SP 800-38D, 8.3).
 */
public final class Sealer {
    static final String PREFIX = "sealed:v1:";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final Keyring keys;
    private final SecureRandom random = new SecureRandom();

    public Sealer(Keyring keys) {
        this.keys = keys;
    }

    /** Whether a text has the form of a sealed one; tells nothing about whether it can be opened. */
    public static boolean sealed(String text) {
        return text.startsWith(PREFIX);
    }

    public String seal(String plaintext, String namespace) {
        Key key = keys.active();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] plain = plaintext.getBytes(StandardCharsets.UTF_8);
        byte[] box = new byte[NONCE_BYTES + plain.length + TAG_BITS / 8];
        System.arraycopy(nonce, 0, box, 0, NONCE_BYTES);
        try {
            cipher(Cipher.ENCRYPT_MODE, key, nonce, namespace).doFinal(plain, 0, plain.length, box, NONCE_BYTES);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Sealing with key " + key.id() + " failed", e);
        }
        return PREFIX + key.id() + ":" + Base64.getUrlEncoder().withoutPadding().encodeToString(box);
    }

    /**
     * @throws UnsealFailure when the text is not sealed, its key is not in the keyring, it was altered, or it belongs to
     *     another namespace
     */
    public String unseal(String sealed, String namespace) {
        int colon = sealed.indexOf(':', PREFIX.length());
        if (!sealed(sealed) || colon < 0) {
            throw new UnsealFailure("The text is not a sealed one");
        }
        String id = sealed.substring(PREFIX.length(), colon);
        Key key = keys.find(id)
                .orElseThrow(() -> new UnsealFailure("A text is sealed with a key that is not configured here"));
        byte[] box = box(sealed.substring(colon + 1), key);
        byte[] nonce = Arrays.copyOf(box, NONCE_BYTES);
        try {
            byte[] plain = cipher(Cipher.DECRYPT_MODE, key, nonce, namespace)
                    .doFinal(box, NONCE_BYTES, box.length - NONCE_BYTES);
            return new String(plain, StandardCharsets.UTF_8);
        } catch (AEADBadTagException e) {
            throw broken(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Unsealing with key " + key.id() + " failed", e);
        }
    }

    private static byte[] box(String base64, Key key) {
        try {
            byte[] box = Base64.getUrlDecoder().decode(base64);
            if (box.length >= NONCE_BYTES + TAG_BITS / 8) {
                return box;
            }
        } catch (IllegalArgumentException notBase64) {
            throw broken(key);
        }
        throw broken(key);
    }

    private static UnsealFailure broken(Key key) {
        return new UnsealFailure("A text sealed with key " + key.id() + " was altered or belongs to another namespace");
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, String namespace) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.secret(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(namespace.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }
}
