package dev.continuo.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.store.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final ScriptEvaluator NO_ENGINE = (script, input) -> {
        throw new AssertionError("an engine for " + script.source());
    };

    @ParameterizedTest(name = "{0} of {1} is {2}")
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '\1',
            value = {
                "$.loop.iteration <= $.value                 | {\"loop\":{\"iteration\":2},\"value\":2} | true",
                "$.loop.iteration <= $.value                 | {\"loop\":{\"iteration\":3},\"value\":2} | false",
                "$.loop['iteration'] < $.n                   | {\"loop\":{\"iteration\":1},\"n\":\"10\"} | true",
                "if ($.loop['iteration'] < $.n) { true; } else { false; } | {\"loop\":{\"iteration\":1},\"n\":1} | false",
                "(function(){ return $.a + $.b; })();        | {\"a\":1,\"b\":2}      | 3",
                "(function(){ return $.a + $.b; })();        | {\"a\":1,\"b\":\"2\"}  | \"12\"",
                "$.a > 1 && $.b !== 'x' || !$.c              | {\"a\":2,\"b\":\"x\"}  | true",
                "$.missing                                   | {}                     | null",
                "$.s.length                                  | {\"s\":\"four\"}       | 4",
            })
    void aSimpleConditionNeedsNoEngine(String source, String input, String expected) {
        assertThat(condition(source).evaluate(json(input), NO_ENGINE)).isEqualTo(json(expected));
    }

    @ParameterizedTest(name = "{0} of {1}")
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '\1',
            value = {
                "$.items.some(i => i > 1)   | {\"items\":[1]}",
                "$.a == $.b                 | {\"a\":[1],\"b\":1}",
                "$.a.toString               | {\"a\":{}}",
                "$.a.toFixed                | {\"a\":1}",
            })
    void anythingElseGoesToTheEngineAsItStands(String source, String input) {
        ScriptEvaluator engine = (script, given) -> TextNode.valueOf(script.source() + " " + given);
        assertThat(condition(source).evaluate(json(input), engine).asText()).isEqualTo(source + " " + json(input));
    }

    @ParameterizedTest
    @CsvSource({
        "$.a === 1,         1.00,        true",
        "$.a > 0 && $.a + 1 === 2.5, 1.50, true",
        "!$.a,              0.00,        true",
        "$.a + '' === '1.5', 1.50,       true",
        "$.a < 1,           1e-999999999, true",
    })
    void aNumberReadWithAllItsDigitsIsOneOfJavaScripts(String source, String number, boolean expected) {
        assertThat(condition(source)
                        .evaluate(Json.read("{\"a\":" + number + "}"), NO_ENGINE)
                        .booleanValue())
                .isEqualTo(expected);
    }

    @Test
    void aMemberOfNothingThrowsAsInJavaScript() {
        assertThatThrownBy(() -> condition("$.a.b > 1").evaluate(json("{}"), NO_ENGINE))
                .isInstanceOf(ScriptFailure.class)
                .hasMessage("TypeError: Cannot read property 'b' of undefined");
    }

    @Test
    void aTextThatGrowsTooLongIsRefused() {
        var half = JSON.createObjectNode().put("a", "x".repeat(3 << 20));
        assertThatThrownBy(() -> condition("$.a + $.a").evaluate(half, NO_ENGINE))
                .isInstanceOfSatisfying(ScriptFailure.class, failure -> assertThat(failure.kind())
                        .isEqualTo(ScriptFailure.Kind.RESULT_TOO_LARGE));
    }

    @Test
    void anEmptyOrEndlessSourceIsAFault() {
        assertThat(Condition.compile(" \n ")).isInstanceOf(Condition.Compilation.Fault.class);
        assertThat(Condition.compile("1".repeat(Condition.MAX_CHARS + 1)))
                .isInstanceOf(Condition.Compilation.Fault.class);
    }

    @ParameterizedTest(name = "{0}: conductor {1}, JavaScript {2}")
    @CsvSource(
            delimiterString = " | ",
            quoteCharacter = '\1',
            value = {
                "true      | true  | true",
                "false     | false | false",
                "1         | true  | true",
                "0.5       | true  | true",
                "0         | false | false",
                "-1        | false | true",
                "\"true\"  | false | true",
                "\"\"      | false | false",
                "null      | false | false",
                "{}        | false | true",
                "[]        | false | true",
            })
    void truthDependsOnTheDialect(String value, boolean conductor, boolean javascript) {
        assertThat(Truth.conductor(json(value))).isEqualTo(conductor);
        assertThat(Truth.javascript(json(value))).isEqualTo(javascript);
        assertThat(Truth.javascript(MissingNode.getInstance())).isFalse();
    }

    private static Condition condition(String source) {
        return switch (Condition.compile(source)) {
            case Condition.Compilation.Compiled(var condition) -> condition;
            case Condition.Compilation.Fault(var message) -> throw new AssertionError(message);
        };
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
