package dev.continuo.definition;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UserInputSchemaTest {
    private final UserInputSchema schema = UserInputSchema.of(json("""
            {'userChoice': {'type': 'string', 'enum': ['pending', 'approved', 'rejected'], 'required': true},
             'code': {'type': 'string', 'pattern': '^[A-Z]{2}$', 'allOf': [{'minLength': 2}]},
             'items': {'type': 'array', 'items': {'type': 'object', 'properties': {'n': {'pattern': '^x'}}}},
             'mail': {'type': 'string', 'format': 'email'}}
            """));

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'userChoice': 'approved'}",
                "{'userChoice': 'approved', 'code': 'AB', 'items': [{'n': 'xy'}], 'mail': 'a@example.org'}"
            })
    void anAnswerThatFitsIsTaken(String answer) {
        assertThat(schema.check(json(answer))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'userChoice': 'maybe'}                             | /userChoice | userChoice must be one of pending, approved, rejected
            {'userChoice': 5}                                   | /userChoice | userChoice must be a string
            {'code': 'AB'}                                      | /userChoice | userChoice is required
            {'userChoice': 'approved', 'code': 'ab'}            | /code       | code must match the pattern ^[A-Z]{2}$
            {'userChoice': 'approved', 'items': [{'n': 'y'}]}   | /items/0/n  | n must match the pattern ^x
            {'userChoice': 'approved', 'mail': 'nobody'}        | /mail       | mail must have the format email
            {'userChoice': 'approved', 'a/b': 1}                | /a~1b       | a/b is not a field of this task; its fields are userChoice, code, items, mail
            [1]                                                 | §§          | the value must be an object
            """)
    void anAnswerThatDoesNotFitIsRefusedWithItsField(String answer, String pointer, String message) {
        assertThat(schema.check(json(answer))).containsExactly(new Fault(pointer, message));
    }

    @Test
    void anEmptyAnswerIsNone() {
        assertThat(UserInputSchema.of(json("{'a': {'type': 'string'}}")).check(json("{}")))
                .containsExactly(new Fault("", "_userInput must not be empty"));
    }

    @Test
    void anAnswerHasSoManyValuesAndNoMore() {
        UserInputSchema list = UserInputSchema.of(json("{'a': {'type': 'array', 'uniqueItems': true}}"));
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode numbers = answer.putArray("a");
        for (int i = 0; i < 998; i++) {
            numbers.add(i);
        }

        assertThat(list.check(answer)).isEmpty();
        numbers.add(998);
        assertThat(list.check(answer)).containsExactly(new Fault("", "an answer has at most 1000 values"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            []                                       | §§               | must be an object
            {}                                       | §§               | must be an object
            {'a': 'string'}                          | /a               | a must be a JSON Schema
            {'a': {'type': 'text'}}                  | /a/type          | type
            {'a': {'enum': 'x'}}                     | /a/enum          | enum must be an array
            {'a': {'minLength': -1}}                 | /a/minLength     | minLength must be at least 0
            {'a': {'properties': {'b': 5}}}          | /a/properties/b  | b must be object or boolean
            {'a': {'pattern': '('}}                  | /a/pattern       | pattern is not a regular expression
            {'a': {'$ref': '#'}}                     | /a/$ref          | $ref is not supported
            {'a': {'items': {'patternProperties': {}}}} | /a/items/patternProperties | patternProperties is not supported
            {'a': {'anyOf': [{}, {'$ref': 'http://x'}]}} | /a/anyOf/1/$ref | $ref is not supported
            {'a/b': {'required': 'yes'}}             | /a~1b/required   | required must be an array
            """)
    void aFragmentThatIsNoSchemaIsAFault(String userInput, String pointer, String message) {
        List<Fault> faults = UserInputSchema.faults(json(userInput));

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).startsWith(message);
        });
        assertThatThrownBy(() -> UserInputSchema.of(json(userInput))).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"^(a+)+$", "^(a|a)*$", "^(a|b|ab)*c$", "a*a*a*a*a*b", "^(([a-z])+.)+[A-Z]([a-z])+$"})
    @Timeout(10)
    void aHostilePatternCostsLittle(String pattern) {
        JsonNode userInput = JsonNodeFactory.instance.objectNode().set("a", json("{'pattern': '" + pattern + "'}"));
        UserInputSchema hostile = UserInputSchema.of(userInput);
        JsonNode answer = JsonNodeFactory.instance.objectNode().put("a", "a".repeat(50_000) + "!");

        long begin = System.nanoTime();
        assertThat(hostile.check(answer)).hasSize(1);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(2));
    }
}
