package dev.continuo.api.workflowsvc;

import dev.continuo.api.QueryReader;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code startDate} and {@code endDate}: days in UTC, both inclusive. The page's own example asks for 2026-02-29, so a
 * day that the month does not have is taken as the month's last.
 */
final class DateParameter {
    private static final Pattern DAY = Pattern.compile("(\\d{4})-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])");

    private DateParameter() {}

    /** The first moment of {@code startDate}. */
    static Optional<Instant> from(QueryReader query) {
        return read(query, "startDate", "startdate").map(DateParameter::start);
    }

    /** The first moment after {@code endDate}. */
    static Optional<Instant> before(QueryReader query) {
        return read(query, "endDate", "enddate").map(day -> start(day.plusDays(1)));
    }

    static Optional<LocalDate> day(String text) {
        Matcher parts = DAY.matcher(text);
        if (!parts.matches()) {
            return Optional.empty();
        }
        YearMonth month = YearMonth.of(Integer.parseInt(parts.group(1)), Integer.parseInt(parts.group(2)));
        return Optional.of(month.atDay(Math.min(Integer.parseInt(parts.group(3)), month.lengthOfMonth())));
    }

    private static Optional<LocalDate> read(QueryReader query, String name, String alias) {
        Optional<String> text = query.text(name, alias);
        Optional<LocalDate> day = text.flatMap(DateParameter::day);
        if (text.isPresent() && day.isEmpty()) {
            query.flaw(name, name + " must be a date of the form YYYY-MM-DD");
        }
        return day;
    }

    private static Instant start(LocalDate day) {
        return day.atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
