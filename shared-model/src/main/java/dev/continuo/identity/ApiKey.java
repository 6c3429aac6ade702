package dev.continuo.identity;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * An API key: {@code cto_}, 256 random bits in 43 digits of base 62, and the CRC-32 of all that in 6 more. The checksum
 * tells a mistyped key from a wrong one without a look at the database, and lets scanners of leaked secrets recognize one.
 *
 * <p>The text is shown to whom it is made for, once. What is kept is its hash: of 256 random bits, a fast one is as good
 * as a slow one.
 */
public final class ApiKey {
    public static final int RANDOM_BYTES = 32;

    private static final String BEGINNING = "cto_";
    private static final String DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final BigInteger BASE = BigInteger.valueOf(DIGITS.length());
    private static final int RANDOM_DIGITS = 43;
    private static final int CHECKSUM_DIGITS = 6;
    private static final int LENGTH = BEGINNING.length() + RANDOM_DIGITS + CHECKSUM_DIGITS;
    private static final int SHOWN_DIGITS = 4;

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /** @param random {@value #RANDOM_BYTES} bytes that nobody can guess */
    public static ApiKey of(byte[] random) {
        if (random.length != RANDOM_BYTES) {
            throw new IllegalArgumentException("A key has " + RANDOM_BYTES + " random bytes, not " + random.length);
        }
        String checked = BEGINNING + digits(new BigInteger(1, random), RANDOM_DIGITS);
        return new ApiKey(checked + checksum(checked));
    }

    /** Empty for what cannot be a key: other letters, another length, a checksum that does not fit. */
    public static Optional<ApiKey> parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(BEGINNING)) {
            return Optional.empty();
        }
        for (int i = BEGINNING.length(); i < LENGTH; i++) {
            if (DIGITS.indexOf(text.charAt(i)) < 0) {
                return Optional.empty();
            }
        }
        int end = LENGTH - CHECKSUM_DIGITS;
        return checksum(text.substring(0, end)).equals(text.substring(end))
                ? Optional.of(new ApiKey(text))
                : Optional.empty();
    }

    /** The secret itself. */
    public String text() {
        return text;
    }

    /** What is kept of the key, and what it is found by: SHA-256. */
    public byte[] hash() {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** Enough to tell keys apart in a list, too little to guess the rest: {@code cto_ab12}. */
    public String prefix() {
        return text.substring(0, BEGINNING.length() + SHOWN_DIGITS);
    }

    @Override
    public String toString() {
        return prefix();
    }

    private static String checksum(String checked) {
        CRC32 crc = new CRC32();
        crc.update(checked.getBytes(StandardCharsets.US_ASCII));
        return digits(BigInteger.valueOf(crc.getValue()), CHECKSUM_DIGITS);
    }

    private static String digits(BigInteger number, int count) {
        char[] digits = new char[count];
        BigInteger rest = number;
        for (int i = count - 1; i >= 0; i--) {
            BigInteger[] parts = rest.divideAndRemainder(BASE);
            digits[i] = DIGITS.charAt(parts[1].intValue());
            rest = parts[0];
        }
        return new String(digits);
    }
}
