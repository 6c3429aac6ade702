package dev.continuo.worker.connector.http;

import java.nio.charset.StandardCharsets;

/** Addresses as people write them. */
final class UriText {
    private static final String ALLOWED = "-._~:/?#@!$&'()*+,;=%";

    private UriText() {}

    /**
     * Percent-encodes what may not stand in an address, from its path on. What is encoded already stays as it is, so
     * that nothing is encoded twice.
     */
    static String encoded(String address) {
        int authority = address.indexOf("://");
        int start = authority < 0 ? 0 : endOfAuthority(address, authority + 3);
        StringBuilder encoded = new StringBuilder(address.length() + 16).append(address, 0, start);
        for (int i = start; i < address.length(); ) {
            int c = address.codePointAt(i);
            boolean plain = Character.isLetterOrDigit(c) && c < 0x80 || ALLOWED.indexOf(c) >= 0;
            if (plain && (c != '%' || isEscape(address, i))) {
                encoded.appendCodePoint(c);
            } else {
                escape(c, encoded);
            }
            i += Character.charCount(c);
        }
        return encoded.toString();
    }

    private static int endOfAuthority(String address, int from) {
        int end = from;
        while (end < address.length() && "/?#".indexOf(address.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private static boolean isEscape(String text, int percent) {
        return percent + 2 < text.length()
                && Character.digit(text.charAt(percent + 1), 16) >= 0
                && Character.digit(text.charAt(percent + 2), 16) >= 0;
    }

    private static void escape(int codePoint, StringBuilder to) {
        for (byte b : Character.toString(codePoint).getBytes(StandardCharsets.UTF_8)) {
            to.append('%')
                    .append(Character.toUpperCase(Character.forDigit(b >> 4 & 0xf, 16)))
                    .append(Character.toUpperCase(Character.forDigit(b & 0xf, 16)));
        }
    }
}
