package dev.continuo.engine;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a setting's text may be. */
public sealed interface SettingKind {
    /** For people: what is allowed, as in "a whole number from 1 to 64". */
    String allowed();

    boolean allows(String text);

    /** A whole number within inclusive bounds. */
    record WholeNumber(long min, long max) implements SettingKind {
        @Override
        public String allowed() {
            return "a whole number from " + min + " to " + max;
        }

        @Override
        public boolean allows(String text) {
            return parse(text).isPresent();
        }

        Optional<Long> parse(String text) {
            // Ten digits hold every bound in use and cannot overflow.
            return text.matches("[0-9]{1,10}") ? within(Long.parseLong(text), min, max) : Optional.empty();
        }
    }

    /** A number of bytes within inclusive bounds: plain, or with the unit KiB or MiB. */
    record Size(long min, long max) implements SettingKind {
        private static final Pattern TEXT = Pattern.compile("([0-9]{1,10}) ?(KiB|MiB)?");

        @Override
        public String allowed() {
            return "a size from " + show(min) + " to " + show(max) + ", in bytes or with the unit KiB or MiB";
        }

        @Override
        public boolean allows(String text) {
            return parse(text).isPresent();
        }

        Optional<Long> parse(String text) {
            Matcher matcher = TEXT.matcher(text);
            if (!matcher.matches()) {
                return Optional.empty();
            }
            String unit = matcher.group(2) == null ? "" : matcher.group(2);
            long factor = unit.equals("MiB") ? 1 << 20 : unit.equals("KiB") ? 1 << 10 : 1;
            return within(Long.parseLong(matcher.group(1)) * factor, min, max);
        }

        private static String show(long bytes) {
            return bytes % (1 << 20) == 0 ? (bytes >> 20) + " MiB" : (bytes >> 10) + " KiB";
        }
    }

    /** Text of a pattern, with the pattern in words. */
    record Text(Pattern pattern, String allowed) implements SettingKind {
        static Text of(String pattern, String allowed) {
            return new Text(Pattern.compile(pattern), allowed);
        }

        @Override
        public boolean allows(String text) {
            return pattern.matcher(text).matches();
        }
    }

    /** The address of an HTTP service. It may hold a password where none belongs, and so is never repeated. */
    record ServiceAddress() implements SettingKind {
        private static final Pattern TEXT =
                Pattern.compile("https?://([A-Za-z0-9._-]+|\\[[0-9a-fA-F:.]+])(:(?<port>[0-9]{1,5}))?(/[^\\s?#@]*)?");

        @Override
        public String allowed() {
            return "an address like https://host:443/path";
        }

        @Override
        public boolean allows(String text) {
            Matcher matcher = TEXT.matcher(text);
            return matcher.matches()
                    && (matcher.group("port") == null || Integer.parseInt(matcher.group("port")) <= 65_535);
        }
    }

    /** The address of a PostgreSQL database, which may hold a password and so is never repeated in a message. */
    record PostgresAddress() implements SettingKind {
        @Override
        public String allowed() {
            return "an address like postgresql://user:password@host:5432/database";
        }

        @Override
        public boolean allows(String text) {
            return Settings.Postgres.parse(text).isPresent();
        }
    }

    /** A secret that people or programs prove themselves with, which so is never repeated in a message. */
    record Secret(int least) implements SettingKind {
        private static final int MOST = 512;

        @Override
        public String allowed() {
            return least + " to " + MOST + " letters, digits and signs of ASCII, without blanks";
        }

        @Override
        public boolean allows(String text) {
            return text.length() >= least
                    && text.length() <= MOST
                    && text.chars().allMatch(letter -> letter > ' ' && letter < 0x7f);
        }
    }

    private static Optional<Long> within(long number, long min, long max) {
        return number >= min && number <= max ? Optional.of(number) : Optional.empty();
    }
}
