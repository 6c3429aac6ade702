package dev.continuo.search;

import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.search.Condition.Value;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.TemporalAccessor;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads values as their fields take them. */
final class Values {
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]{1,18}");
    private static final DateTimeFormatter DATE_TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd['T'HH:mm[:ss[.SSS][.SSSSSS][.SSSSSSSSS]][XXX][X]]", Locale.ROOT);

    /** What a column of times can hold: the years 1 to 9999. */
    private static final long LEAST_MILLIS = -62_135_596_800_000L;

    private static final long MOST_MILLIS = 253_402_300_799_999L;

    private Values() {}

    /** A status that only tasks have means the workflow's tasks (conductor: {@code taskType = HTTP AND status = SCHEDULED}). */
    static SearchField meant(SearchField field, String text) {
        return field == SearchField.WORKFLOW_STATUS
                        && run(text).isEmpty()
                        && task(text).isPresent()
                ? SearchField.TASK_STATUS
                : field;
    }

    static Value read(SearchField field, String name, String text, int position) {
        return switch (field.kind()) {
            case TEXT, TEXTS -> new Value.Text(text);
            case ID -> UUID_TEXT.matcher(text).matches() ? new Value.Id(UUID.fromString(text)) : new Value.Text(text);
            case NUMBER ->
                new Value.Number(number(text)
                        .orElseThrow(
                                () -> new Faulty("'" + name + "' takes a whole number, not '" + text + "'", position)));
            case TIME ->
                new Value.Number(time(text)
                        .filter(millis -> millis >= LEAST_MILLIS && millis <= MOST_MILLIS)
                        .orElseThrow(() -> new Faulty(
                                "'" + name
                                        + "' takes milliseconds since 1970 or a time such as 2026-01-31T12:00:00Z, not '"
                                        + text + "'",
                                position)));
            case RUN_STATUS ->
                new Value.Code(run(text)
                        .orElseThrow(() -> unknown(name, text, RunStatus.values(), position))
                        .code());
            case TASK_STATUS ->
                new Value.Code(task(text)
                        .orElseThrow(() -> unknown(name, text, TaskStatus.values(), position))
                        .code());
        };
    }

    private static Faulty unknown(String name, String text, Object[] words, int position) {
        String known = Arrays.stream(words).map(Object::toString).collect(Collectors.joining(", "));
        return new Faulty("'" + name + "' is one of " + known + ", not '" + text + "'", position);
    }

    private static Optional<RunStatus> run(String text) {
        return Arrays.stream(RunStatus.values())
                .filter(status -> status.name().equalsIgnoreCase(text))
                .findFirst();
    }

    private static Optional<TaskStatus> task(String text) {
        return Arrays.stream(TaskStatus.values())
                .filter(status -> status.name().equalsIgnoreCase(text))
                .findFirst();
    }

    private static Optional<Long> number(String text) {
        return WHOLE_NUMBER.matcher(text).matches() ? Optional.of(Long.parseLong(text)) : Optional.empty();
    }

    /** What has no zone is in UTC. */
    private static Optional<Long> time(String text) {
        Optional<Long> millis = number(text);
        if (millis.isPresent()) {
            return millis;
        }
        try {
            TemporalAccessor read = DATE_TIME.parseBest(
                    text.replace(' ', 'T'), OffsetDateTime::from, LocalDateTime::from, LocalDate::from);
            return Optional.of(
                    switch (read) {
                        case OffsetDateTime at -> at.toInstant().toEpochMilli();
                        case LocalDateTime at -> at.toInstant(ZoneOffset.UTC).toEpochMilli();
                        default ->
                            ((LocalDate) read)
                                    .atStartOfDay(ZoneOffset.UTC)
                                    .toInstant()
                                    .toEpochMilli();
                    });
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }
}
