package dev.continuo.store;

import dev.continuo.model.RunStatus;
import dev.continuo.search.Condition;
import dev.continuo.search.Condition.Operator;
import dev.continuo.search.Condition.Value;
import dev.continuo.search.SearchField;
import dev.continuo.search.Subject;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** Conditions as SQL over {@code run}, or over {@code task JOIN run}: whatever a caller wrote is a parameter. */
final class SearchConditions {
    private final Subject subject;
    private final List<Object> parameters;

    /** @param parameters gets the values */
    SearchConditions(Subject subject, List<Object> parameters) {
        this.subject = subject;
        this.parameters = parameters;
    }

    String sql(Condition condition) {
        return ofTasks(condition) && subject == Subject.WORKFLOWS
                ? "EXISTS (SELECT 1 FROM task WHERE task.run_id = run.id AND " + direct(condition) + ")"
                : direct(condition);
    }

    private String direct(Condition condition) {
        return switch (condition) {
            case Condition.Everything() -> "true";
            case Condition.All(List<Condition> parts) -> all(parts);
            case Condition.Any(List<Condition> parts) ->
                parts.stream()
                        .map(part -> ofTasks(condition) ? direct(part) : sql(part))
                        .collect(Collectors.joining(" OR ", "(", ")"));
            case Condition.Compare(SearchField field, Operator operator, Value value) ->
                compare(field, operator, value);
            case Condition.OneOf(SearchField field, boolean negated, List<Value> values) ->
                negated ? noneOf(field, values) : oneOf(field, values);
        };
    }

    /** What is said of tasks side by side is said of one task. */
    private String all(List<Condition> parts) {
        List<Condition> tasks = parts.stream().filter(SearchConditions::ofTasks).toList();
        List<String> conditions = new ArrayList<>();
        if (tasks.size() == parts.size()) {
            tasks.forEach(part -> conditions.add(direct(part)));
        } else {
            parts.stream().filter(part -> !ofTasks(part)).forEach(part -> conditions.add(sql(part)));
            if (!tasks.isEmpty()) {
                conditions.add(sql(tasks.size() == 1 ? tasks.getFirst() : new Condition.All(tasks)));
            }
        }
        return conditions.stream().collect(Collectors.joining(" AND ", "(", ")"));
    }

    private static boolean ofTasks(Condition condition) {
        return switch (condition) {
            case Condition.Everything() -> false;
            case Condition.All(List<Condition> parts) -> parts.stream().allMatch(SearchConditions::ofTasks);
            case Condition.Any(List<Condition> parts) -> parts.stream().allMatch(SearchConditions::ofTasks);
            case Condition.Compare compare -> compare.field().owner() == SearchField.Owner.TASK;
            case Condition.OneOf oneOf -> oneOf.field().owner() == SearchField.Owner.TASK;
        };
    }

    private String compare(SearchField field, Operator operator, Value value) {
        return switch (operator) {
            case EQUAL -> oneOf(field, List.of(value));
            case NOT_EQUAL -> noneOf(field, List.of(value));
            case LESS, GREATER, AT_MOST, AT_LEAST -> ordered(field, operator, value);
        };
    }

    /** What is not there is none of them, too. */
    private String noneOf(SearchField field, List<Value> values) {
        return "(" + oneOf(field, values) + ") IS NOT TRUE";
    }

    private String oneOf(SearchField field, List<Value> values) {
        String column = SearchColumns.sql(field);
        return switch (field.kind()) {
            case TEXT ->
                switch (field) {
                    case TASK_TYPE -> typed(values);
                    case TASK_NAME -> named(values);
                    case CLASSIFIER -> ofRevision(texts(SearchColumns.CLASSIFIER, values));
                    default -> texts(column, values);
                };
            case TEXTS ->
                "EXISTS (SELECT 1 FROM json_array_elements_text(" + column + ") AS item (word) WHERE "
                        + texts("word", values) + ")";
            case ID -> ids(column, values);
            case NUMBER ->
                column + " = ANY("
                        + parameter(values.stream()
                                .map(value -> ((Value.Number) value).number())
                                .toArray(Long[]::new))
                        + ")";
            case TIME ->
                values.stream()
                        .map(value -> "(" + column + " >= " + parameter(at(value, 0)) + " AND " + column + " < "
                                + parameter(at(value, 1)) + ")")
                        .collect(Collectors.joining(" OR ", "(", ")"));
            case RUN_STATUS -> runStatuses(column, codes(values));
            case TASK_STATUS -> taskStatuses(column, codes(values));
        };
    }

    private String ordered(SearchField field, Operator operator, Value value) {
        String column = SearchColumns.sql(field);
        return switch (value) {
            // Times are kept in microseconds, and shown and asked for in milliseconds.
            case Value.Number(long millis)
            when field.kind() == SearchField.Kind.TIME ->
                switch (operator) {
                    case LESS -> column + " < " + parameter(at(value, 0));
                    case AT_LEAST -> column + " >= " + parameter(at(value, 0));
                    case AT_MOST -> column + " < " + parameter(at(value, 1));
                    case GREATER -> column + " >= " + parameter(at(value, 1));
                    case EQUAL, NOT_EQUAL -> throw new IllegalArgumentException(operator + " is no order");
                };
            case Value.Number(long number) -> column + " " + operator.symbol() + " " + parameter(number);
            case Value.Text(String text)
            when field.kind() == SearchField.Kind.TEXTS ->
                "EXISTS (SELECT 1 FROM json_array_elements_text(" + column + ") AS item (word) WHERE word "
                        + operator.symbol() + " " + parameter(text) + ")";
            case Value.Text(String text)
            when field == SearchField.CLASSIFIER ->
                ofRevision(SearchColumns.CLASSIFIER + " " + operator.symbol() + " " + parameter(text));
            case Value.Text(String text) -> column + " " + operator.symbol() + " " + parameter(text);
            case Value.Id id -> throw new IllegalArgumentException("Ids have no order");
            case Value.Code code -> throw new IllegalArgumentException("Statuses have no order");
        };
    }

    private String texts(String column, List<Value> values) {
        List<String> exact = new ArrayList<>();
        List<String> conditions = new ArrayList<>();
        for (Value value : values) {
            Value.Text text = (Value.Text) value;
            if (text.pattern()) {
                conditions.add(column + " LIKE " + parameter(pattern(text.text())));
            } else {
                exact.add(text.text());
            }
        }
        if (exact.size() == 1) {
            conditions.add(column + " = " + parameter(exact.getFirst()));
        } else if (!exact.isEmpty()) {
            conditions.add(column + " = ANY(" + parameter(exact.toArray(String[]::new)) + ")");
        }
        return conditions.stream().collect(Collectors.joining(" OR ", "(", ")"));
    }

    /** There are few revisions, however many runs there are. */
    static String ofRevision(String condition) {
        return "run.revision_id IN (SELECT revision_id FROM definition_revision WHERE dialect = 2 AND " + condition
                + ")";
    }

    /**
     * Ended and open tasks have an index each, and all tasks together have none. The two conditions say the same in
     * different collations: Postgres would put what is the same in both before the OR, where no index serves it.
     */
    private String typed(List<Value> values) {
        return "((" + texts(SearchColumns.sql(SearchField.TASK_TYPE), values) + " AND NOT task.open) OR ("
                + texts("task.type", values) + " AND task.open))";
    }

    /** A task that is called as its type is found by its type. */
    private String named(List<Value> values) {
        String name = texts(SearchColumns.sql(SearchField.TASK_NAME), values);
        String type = texts(SearchColumns.sql(SearchField.TASK_TYPE), values);
        return "((" + name + " AND NOT task.open AND task.name <> task.type) OR (" + type
                + " AND NOT task.open AND task.name = task.type) OR (" + texts("task.name", values)
                + " AND task.open))";
    }

    /** What is neither an id nor a pattern is nobody's id. */
    private String ids(String column, List<Value> values) {
        List<String> conditions = new ArrayList<>();
        UUID[] exact = values.stream()
                .filter(Value.Id.class::isInstance)
                .map(value -> ((Value.Id) value).id())
                .toArray(UUID[]::new);
        if (exact.length == 1) {
            conditions.add(column + " = " + parameter(exact[0]));
        } else if (exact.length > 1) {
            conditions.add(column + " = ANY(" + parameter(exact) + ")");
        }
        for (Value value : values) {
            if (value instanceof Value.Text text && text.pattern()) {
                conditions.add(column + "::text LIKE " + parameter(pattern(text.text())));
            }
        }
        return conditions.isEmpty() ? "false" : conditions.stream().collect(Collectors.joining(" OR ", "(", ")"));
    }

    /** Postgres does not look into parameters: which partial index holds the rows must be said besides. */
    private String runStatuses(String column, Short[] codes) {
        String equal = statuses(column, codes);
        boolean ended = true;
        boolean live = true;
        for (short code : codes) {
            ended &= RunStatus.ofCode(code).terminal();
            live &= !RunStatus.ofCode(code).terminal();
        }
        return "(" + equal + (ended ? " AND run.status >= 2" : live ? " AND run.status <= 1" : "") + ")";
    }

    private String taskStatuses(String column, Short[] codes) {
        String equal = statuses(column, codes);
        boolean failed = true;
        boolean open = true;
        for (short code : codes) {
            failed &= code >= 4 && code <= 7;
            open &= code <= 1;
        }
        return "(" + equal + (failed ? " AND task.status BETWEEN 4 AND 7" : open ? " AND task.open" : "") + ")";
    }

    private String statuses(String column, Short[] codes) {
        return codes.length == 1 ? column + " = " + parameter(codes[0]) : column + " = ANY(" + parameter(codes) + ")";
    }

    private static Short[] codes(List<Value> values) {
        return values.stream().map(value -> ((Value.Code) value).code()).toArray(Short[]::new);
    }

    private static OffsetDateTime at(Value value, long later) {
        return Columns.utc(Instant.ofEpochMilli(((Value.Number) value).number() + later));
    }

    private static String pattern(String text) {
        return text.replace("\\", "\\\\")
                .replace("%", "\\%")
                .replace("_", "\\_")
                .replace('*', '%');
    }

    private String parameter(Object value) {
        parameters.add(value);
        return "$" + parameters.size();
    }
}
