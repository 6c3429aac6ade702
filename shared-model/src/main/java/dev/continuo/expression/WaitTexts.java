package dev.continuo.expression;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** How long, or until when, a task waits, as people write it (conductor: WAIT). */
public final class WaitTexts {

    public sealed interface Reading<T> {
        record Read<T>(T value) implements Reading<T> {}

        /** The message quotes no more than the beginning of the text. */
        record Fault<T>(String message) implements Reading<T> {}
    }

    private enum Unit {
        DAY(86_400, Set.of("d", "day", "days")),
        HOUR(3_600, Set.of("h", "hr", "hrs", "hour", "hours")),
        MINUTE(60, Set.of("m", "min", "mins", "minute", "minutes")),
        SECOND(1, Set.of("s", "sec", "secs", "second", "seconds"));

        private final long seconds;
        private final Set<String> words;

        Unit(long seconds, Set<String> words) {
            this.seconds = seconds;
            this.words = words;
        }

        private static Optional<Unit> of(String word) {
            for (var unit : values()) {
                if (unit.words.contains(word)) {
                    return Optional.of(unit);
                }
            }
            return Optional.empty();
        }
    }

    /** The longest wait. */
    public static final Duration MAX = Duration.ofDays(36_500);

    private static final int MAX_CHARS = 100;
    private static final int MAX_DIGITS = 11;

    private static final int DATE_CHARS = "yyyy-MM-dd".length();

    private static final String DURATIONS = "a duration is written such as 1d 2h 3m 4s, 2 days 5 hours or PT5M";
    private static final String MOMENTS = "a moment is written such as 2026-01-31, 2026-01-31 18:30, "
            + "2026-01-31 18:30 Europe/Paris or 2026-01-31T18:30:00Z";

    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("uuuu-MM-dd", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm[:ss]", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private WaitTexts() {}

    /**
     * Days, hours, minutes and seconds, each at most once, in any order; or an ISO-8601 duration. Not negative, and at
     * most {@link #MAX}.
     */
    public static Reading<Duration> duration(String text) {
        var stripped = text.strip().toLowerCase(Locale.ROOT);
        if (stripped.isEmpty()) {
            return new Reading.Fault<>("a duration is required: " + DURATIONS);
        }
        Optional<Duration> read = stripped.length() > MAX_CHARS
                ? Optional.empty()
                : stripped.charAt(0) == 'p' ? iso(stripped) : units(stripped);
        if (read.isEmpty()) {
            return new Reading.Fault<>("'" + shown(text) + "' is no duration: " + DURATIONS);
        }
        if (read.get().isNegative() || read.get().compareTo(MAX) > 0) {
            return new Reading.Fault<>("'" + shown(text) + "' is no duration between 0 and " + MAX.toDays() + " days");
        }
        return new Reading.Read<>(read.get());
    }

    private static Optional<Duration> iso(String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeException notIso) {
            return Optional.empty();
        }
    }

    private static Optional<Duration> units(String text) {
        var seen = EnumSet.noneOf(Unit.class);
        long seconds = 0;
        int position = 0;
        while (position < text.length()) {
            int digits = position;
            while (position < text.length() && digit(text.charAt(position))) {
                position++;
            }
            int spaces = position;
            while (position < text.length() && text.charAt(position) == ' ') {
                position++;
            }
            int word = position;
            while (position < text.length() && !digit(text.charAt(position)) && text.charAt(position) != ' ') {
                position++;
            }
            Optional<Unit> unit = Unit.of(text.substring(word, position));
            if (spaces == digits || spaces - digits > MAX_DIGITS || unit.isEmpty() || !seen.add(unit.get())) {
                return Optional.empty();
            }
            seconds += Long.parseLong(text.substring(digits, spaces)) * unit.get().seconds;
            while (position < text.length() && text.charAt(position) == ' ') {
                position++;
            }
        }
        return Optional.of(Duration.ofSeconds(seconds));
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /**
     * A date, a date and a time, or both with a zone; UTC when there is none; or an ISO-8601 date and time, with an
     * offset or a zone or neither. A time that the zone's clocks skip is moved on by what they skip.
     */
    public static Reading<Instant> until(String text) {
        var stripped = text.strip();
        if (stripped.isEmpty()) {
            return new Reading.Fault<>("a moment is required: " + MOMENTS);
        }
        if (stripped.length() > MAX_CHARS) {
            return noMoment(text);
        }
        try {
            return new Reading.Read<>(stripped.indexOf('T') == DATE_CHARS ? isoMoment(stripped) : moment(stripped));
        } catch (DateTimeException noMoment) {
            return noMoment(text);
        }
    }

    private static Instant isoMoment(String text) {
        var moment = DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
        return moment instanceof ZonedDateTime zoned
                ? zoned.toInstant()
                : LocalDateTime.from(moment).toInstant(ZoneOffset.UTC);
    }

    private static Instant moment(String text) {
        var words = text.split(" +", 3);
        if (words[0].length() != DATE_CHARS) {
            throw new DateTimeException("a year has four digits");
        }
        var date = LocalDate.parse(words[0], DATE);
        boolean timed = words.length > 1 && words[1].indexOf(':') == 2;
        var time = timed ? LocalTime.parse(words[1], TIME) : LocalTime.MIDNIGHT;
        int used = timed ? 2 : 1;
        if (words.length > used + 1) {
            throw new DateTimeException("a zone is one word");
        }
        var zone = words.length == used ? ZoneOffset.UTC : ZoneId.of(words[used], ZoneId.SHORT_IDS);
        return ZonedDateTime.of(date, time, zone).toInstant();
    }

    private static Reading<Instant> noMoment(String text) {
        return new Reading.Fault<>("'" + shown(text) + "' is no moment: " + MOMENTS);
    }

    private static String shown(String text) {
        return text.length() <= MAX_CHARS ? text : text.substring(0, MAX_CHARS) + "…";
    }
}
