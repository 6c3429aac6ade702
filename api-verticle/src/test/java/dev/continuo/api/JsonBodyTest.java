package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.buffer.Buffer;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBodyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/json",
                "application/json; charset=utf-8",
                "Application/JSON",
                "application/json;charset=\"UTF-8\"",
                "application/x+json"
            })
    void jsonIsRead(String contentType) {
        assertThat(parse(contentType, "{\"a\":1}")).isInstanceOf(JsonBody.Parsed.Ok.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/xml", "application/jsonp", "text/json"})
    void anotherContentTypeIs415(String contentType) {
        assertThat(problem(parse(contentType, "{}")).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json; charset=iso-8859-1", "application/json;Charset=\"UTF-16\""})
    void anotherCharsetThanUtf8Is415(String contentType) {
        assertThat(problem(parse(contentType, "{}")).status()).isEqualTo(415);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"a\": }|line 1, column 7",
                "{\"a\": 1,|line 1, column",
                "{} {}|line 1, column",
                "{\"a\":1,\"a\":2}|line 1, column 12: the member 'a' is there twice",
                "[1]|must be a JSON object",
                "{\"a\":NaN}|NaN and Infinity are no JSON numbers",
                "{\"a\":-Infinity}|NaN and Infinity are no JSON numbers",
                "{} {}|something follows the object"
            })
    void whatIsNotOneJsonObjectIsRefusedWithThePlace(String body, String told) {
        Problem problem = problem(parse("application/json", body));
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.detail()).contains(told);
    }

    @Test
    void theLineOfTheFaultIsCounted() {
        assertThat(problem(parse("application/json", "{\n  \"a\": 1,\n  b\n}")).detail())
                .contains("line 3, column");
    }

    @Test
    void anEmptyBodyIsRefused() {
        assertThat(problem(parse("application/json", "")).detail()).contains("empty");
    }

    @Test
    void depthIsBounded() {
        String deep = "{\"a\":" + "[".repeat(5000) + "]".repeat(5000) + "}";
        assertThat(problem(parse("application/json", deep)).detail())
                .matches("The body is not valid JSON at line 1, column \\d+: it is nested deeper than 200 levels");
    }

    @Test
    void halfASurrogatePairCanBeAnswered() {
        JsonBody.Parsed parsed = parse("application/json", "{\"a\":\"x\\ud800y\"}");
        assertThat(parsed).isInstanceOfSatisfying(JsonBody.Parsed.Ok.class, ok -> assertThat(
                        JsonBody.bytes(ok.body()).toString())
                .isEqualTo("{\"a\":\"x\\uD800y\"}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.00",
                "0.1000000000000000055511151231257827",
                "-0.5",
                "1E+400",
                "1E-400",
                "9007199254740993",
                "123456789012345678901234567890"
            })
    void aNumberIsAnsweredAsItCame(String number) {
        String body = "{\"a\":[" + number + "]}";
        assertThat(parse("application/json", body)).isInstanceOfSatisfying(JsonBody.Parsed.Ok.class, ok -> assertThat(
                        JsonBody.bytes(ok.body()).toString())
                .isEqualTo(body));
    }

    @Test
    void aNumberThatNobodyCanHoldIsRefused() {
        assertThat(problem(parse("application/json", "{\"a\":1e99999999999}")).detail())
                .contains("exponent");
        assertThat(problem(parse("application/json", "{\"a\":0." + "1".repeat(2000) + "}"))
                        .status())
                .isEqualTo(400);
    }

    private static JsonBody.Parsed parse(String contentType, String body) {
        return JsonBody.parse(Optional.of(contentType), Buffer.buffer(body), JsonBody.Kind.OBJECT);
    }

    private static Problem problem(JsonBody.Parsed parsed) {
        return switch (parsed) {
            case JsonBody.Parsed.Bad(Problem problem) -> problem;
            case JsonBody.Parsed.Ok ok -> throw new AssertionError("accepted: " + ok);
        };
    }
}
