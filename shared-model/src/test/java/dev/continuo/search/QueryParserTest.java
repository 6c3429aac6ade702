package dev.continuo.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.search.Condition.Value;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryParserTest {
    private static final String ID = "01890000-0000-7000-8000-000000000001";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "workflowType = order | WORKFLOW_TYPE = order",
                "workflowType=order | WORKFLOW_TYPE = order",
                "WORKFLOWTYPE = order | WORKFLOW_TYPE = order",
                "workflowType = 'a AND b' | WORKFLOW_TYPE = a AND b",
                "workflowType = \"a, (b)\" | WORKFLOW_TYPE = a, (b)",
                "workflowType = 'it''s' | WORKFLOW_TYPE = it's",
                "workflowType = \"it's\" | WORKFLOW_TYPE = it's",
                "workflowType = '' | `WORKFLOW_TYPE = `",
                "workflowType = two words AND version = 1 | (WORKFLOW_TYPE = two words & WORKFLOW_VERSION = 1)",
                "correlationId != c-1:x/y | CORRELATION_ID != c-1:x/y",
                "correlationId <> c | CORRELATION_ID != c",
                "priority < 5 | WORKFLOW_PRIORITY < 5",
                "priority <= 5 | WORKFLOW_PRIORITY <= 5",
                "priority>5 | WORKFLOW_PRIORITY > 5",
                "priority >= -5 | WORKFLOW_PRIORITY >= -5",
                "startTime > 1696143600000 | WORKFLOW_START > 1696143600000",
                "startTime > 2023-10-01T07:00:00Z | WORKFLOW_START > 1696143600000",
                "startTime > 2023-10-01T07:00:00.123Z | WORKFLOW_START > 1696143600123",
                "startTime > 2023-10-01T09:00:00+02:00 | WORKFLOW_START > 1696143600000",
                "startTime > 2023-10-01 07:00 | WORKFLOW_START > 1696143600000",
                "modifiedTime < 2023-10-01 | WORKFLOW_UPDATE < 1696118400000",
                "status = COMPLETED | WORKFLOW_STATUS = #2",
                "status = 'completed' | WORKFLOW_STATUS = #2",
                "status IN (RUNNING, PAUSED) | WORKFLOW_STATUS in [#0, #1]",
                "status in (RUNNING,SCHEDULED) | (WORKFLOW_STATUS in [#0] / TASK_STATUS in [#0])",
                "status NOT IN (RUNNING, SCHEDULED) | (WORKFLOW_STATUS not in [#0] & TASK_STATUS not in [#0])",
                "status = SCHEDULED | TASK_STATUS = #0",
                "workflowId = " + ID + " | WORKFLOW_ID = id",
                "workflowId = abc | WORKFLOW_ID = abc",
                "workflowId IN (" + ID + ", abc) | WORKFLOW_ID in [id, abc]",
                "workflowType not in ('a', b c, \"d\") | WORKFLOW_TYPE not in [a, b c, d]",
                "version = 1 OR version = 2 AND priority = 3"
                        + " | (WORKFLOW_VERSION = 1 / (WORKFLOW_VERSION = 2 & WORKFLOW_PRIORITY = 3))",
                "(version = 1 OR version = 2) and priority = 3"
                        + " | ((WORKFLOW_VERSION = 1 / WORKFLOW_VERSION = 2) & WORKFLOW_PRIORITY = 3)",
                "((version=1)) | WORKFLOW_VERSION = 1",
                "taskType = HTTP AND status = SCHEDULED | (TASK_TYPE = HTTP & TASK_STATUS = #0)",
                "`` | everything",
                "* | everything"
            })
    void aQueryIsRead(String query, String shown) {
        assertThat(show(good(query, Subject.WORKFLOWS))).isEqualTo(shown);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "status = SCHEDULED | TASK_STATUS = #0",
                "workflowStatus = RUNNING | WORKFLOW_STATUS = #0",
                "startTime > 5 | TASK_START > 5",
                "input = '*x*' | TASK_INPUT = *x*"
            })
    void theSameWordIsAnotherFieldOfATask(String query, String shown) {
        assertThat(show(good(query, Subject.TASKS))).isEqualTo(shown.strip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "color = red | There is no field 'color'; the fields are: workflowId, workflowType,",
                "status = DONE | 'status' is one of RUNNING, PAUSED, COMPLETED, FAILED, TIMED_OUT, TERMINATED, not 'DONE'"
                        + " (at character 10 of the query)",
                "status > RUNNING | 'status' can be compared with =, !=, IN and NOT IN, not with >",
                "workflowId < a | 'workflowId' can be compared with =, !=, IN and NOT IN, not with <",
                "version = one | 'version' takes a whole number, not 'one' (at character 11 of the query)",
                "version = 99999999999999999999 | 'version' takes a whole number",
                "startTime > yesterday | 'startTime' takes milliseconds since 1970 or a time",
                "startTime > 999999999999999999 | 'startTime' takes milliseconds since 1970 or a time",
                "version | One of = != < > <= >= IN, NOT IN is expected after 'version', not the end",
                "version = | A value is expected, not the end",
                "version = AND | A value is expected, not 'AND'",
                "version ! 1 | '!' must be followed by '='",
                "version NOT 1 | IN is expected after NOT, not '1'",
                "version IN 1 | '(' is expected, not '1'",
                "version IN () | A value is expected, not ')'",
                "version IN (1 | ',' or ')' is expected, not the end",
                "version = 1) | AND, OR or the end is expected, not ')' (at character 12 of the query)",
                "(version = 1 | ')' is expected, not the end",
                "version = 1 AND | A field is expected, not the end",
                "'version' = 1 | A field is expected, not 'version'",
                "workflowType = 'open | The quote is not closed (at character 16 of the query)"
            })
    void whatIsWrongIsSaidWithItsPlace(String query, String message) {
        assertThat(bad(query)).startsWith(message.strip());
    }

    @Test
    void aQueryNestsAndGrowsOnlySoFar() {
        assertThat(bad("(".repeat(51) + "version = 1" + ")".repeat(51))).contains("deeper than 50");
        assertThat(good("(".repeat(50) + "version = 1" + ")".repeat(50), Subject.WORKFLOWS))
                .isInstanceOf(Condition.Compare.class);
        assertThat(bad("version = 1 OR ".repeat(1_000) + "version = 1")).contains("longer than 10000");
        assertThat(bad("workflowType = 'a\u0000b'")).contains("control characters");
    }

    @ParameterizedTest
    @ValueSource(strings = {"startTime:DESC", "startTime : desc", " startTime:DESC "})
    void anOrderIsRead(String text) {
        assertThat(SortParser.parse(List.of(text), Subject.WORKFLOWS))
                .isEqualTo(new Parsed.Good<>(List.of(new Sort(SearchField.WORKFLOW_START, true))));
    }

    @Test
    void anOrderHasSeveralTerms() {
        assertThat(SortParser.parse(List.of("status,version:DESC", "startTime"), Subject.WORKFLOWS))
                .isEqualTo(new Parsed.Good<>(List.of(
                        new Sort(SearchField.WORKFLOW_STATUS, false),
                        new Sort(SearchField.WORKFLOW_VERSION, true),
                        new Sort(SearchField.WORKFLOW_START, false))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "color:ASC | There is no field 'color' to sort by; the fields are: workflowId,",
                "startTime:UP | 'startTime:UP' must end with :ASC or :DESC",
                "taskType | Workflows cannot be sorted by 'taskType'"
            })
    void anOrderThatMeansNothingIsRefused(String text, String message) {
        assertThat(SortParser.parse(List.of(text), Subject.WORKFLOWS))
                .isInstanceOfSatisfying(Parsed.Bad.class, refused -> assertThat(refused.message())
                        .startsWith(message));
    }

    private static Condition good(String query, Subject subject) {
        return switch (QueryParser.parse(query, subject)) {
            case Parsed.Good<Condition>(Condition condition) -> condition;
            case Parsed.Bad<Condition>(String message) -> throw new AssertionError(message);
        };
    }

    private static String bad(String query) {
        return switch (QueryParser.parse(query, Subject.WORKFLOWS)) {
            case Parsed.Good<Condition>(Condition condition) -> throw new AssertionError(show(condition));
            case Parsed.Bad<Condition>(String message) -> message;
        };
    }

    private static String show(Condition condition) {
        return switch (condition) {
            case Condition.Everything() -> "everything";
            case Condition.All(List<Condition> parts) ->
                parts.stream().map(QueryParserTest::show).collect(Collectors.joining(" & ", "(", ")"));
            case Condition.Any(List<Condition> parts) ->
                parts.stream().map(QueryParserTest::show).collect(Collectors.joining(" / ", "(", ")"));
            case Condition.Compare compare ->
                compare.field() + " " + compare.operator().symbol() + " " + show(compare.value());
            case Condition.OneOf oneOf ->
                oneOf.field()
                        + (oneOf.negated() ? " not in " : " in ")
                        + oneOf.values().stream().map(QueryParserTest::show).toList();
        };
    }

    private static String show(Value value) {
        return switch (value) {
            case Value.Text(String text) -> text;
            case Value.Id id -> "id";
            case Value.Number(long number) -> Long.toString(number);
            case Value.Code(short code) -> "#" + code;
        };
    }
}
