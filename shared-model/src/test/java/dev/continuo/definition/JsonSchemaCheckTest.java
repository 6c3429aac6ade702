package dev.continuo.definition;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.Json;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaCheckTest {

    /** Rows: a schema, a value, where the fault is, and what it says. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'required': ['a b']}                                          | {}                | /a b    | a b is required
            {'properties': {'a': {'type': 'integer'}}}                     | {'a': 'x'}        | /a      | a must be an integer
            {'properties': {'a': {'type': ['integer', 'null']}}}           | {'a': 'x'}        | /a      | a must be integer
            {'properties': {'a': {'type': ['string', 'number']}}}          | {'a': []}         | /a      | a must be string or number
            {'properties': {'a/b~c %': {'type': 'string'}}}                | {'a/b~c %': 1}    | /a~1b~0c % | a/b~c % must be a string
            {'properties': {'a+ü': {'type': 'string'}}}                    | {'a+ü': 1}        | /a+ü    | a+ü must be a string
            {'properties': {'a': {'enum': ['x', 'y', null]}}}              | {'a': 'z'}        | /a      | a must be one of x, y
            {'properties': {'a': {'const': 5}}}                            | {'a': 6}          | /a      | a must be 5
            {'properties': {'a': {'minimum': 0}}}                          | {'a': -1}         | /a      | a must be at least 0
            {'properties': {'a': {'maximum': 10}}}                         | {'a': 11}         | /a      | a must be at most 10
            {'properties': {'a': {'minLength': 1}}}                        | {'a': ''}         | /a      | a must not be empty
            {'properties': {'a': {'minItems': 2}}}                         | {'a': [1]}        | /a      | a must have at least 2 elements
            {'properties': {'a': {'items': {'type': 'array'}}}}            | {'a': [[], 5]}    | /a/1    | 1 must be an array
            {'properties': {'a': {'pattern': '^x$'}}}                      | {'a': 'y'}        | /a      | a must match the pattern ^x$
            {'properties': {'a': {'pattern': '^x$', 'errorMessage': 'a!'}}} | {'a': 'y'}       | /a      | a!
            {'properties': {'a': {'anyOf': [{'type': 'object'}, {'const': 5}]}}} | {'a': 6}    | /a      | a has none of the forms
            {'properties': {'a': {}}, 'additionalProperties': false}       | {'a': 1, 'b': 2}  | /b      | b is not allowed here
            {'properties': {'a': {'$ref': '#/$defs/d'}}, '$defs': {'d': {'type': 'string'}}} | {'a': 1} | /a | a must be a string
            {'if': {'properties': {'t': {'const': 'B'}}}, 'then': {'required': ['u']}} | {'t': 'B'} | /u  | u is required
            {'type': 'object'}                                             | 5                 | §§      | the value must be an object
            """)
    void aFaultNamesTheFieldAndWhatIsAllowed(String schema, String value, String pointer, String message) {
        List<Fault> faults = JsonSchemaCheck.of(json(schema)).check(json(value));

        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).startsWith(message);
        });
    }

    @Test
    void everyFaultIsListedOnceAndNoValueIsShown() {
        JsonSchemaCheck check = JsonSchemaCheck.of(json("""
                {'properties': {'a': {'type': 'string', 'minLength': 9, 'pattern': '^x'}, 'b': {'const': 'x'},
                 'c': {'type': 'integer'}}, 'required': ['d'], 'additionalProperties': false}
                """));

        List<Fault> faults = check.check(json("{'a': 'hunter2', 'b': 'hunter2', 'c': 'hunter2', 'hunter': 'hunter2'}"));

        assertThat(faults).extracting(Fault::pointer).containsExactlyInAnyOrder("/d", "/a", "/b", "/c", "/hunter");
        assertThat(faults).noneMatch(fault -> fault.message().contains("hunter2"));
    }

    @ParameterizedTest
    @CsvSource({
        "{'type': 'integer'},                     1.00,                     true",
        "{'type': 'integer'},                     1.50,                     false",
        "{'type': 'number'},                      1.00,                     true",
        "{'const': 1},                            1.00,                     true",
        "{'enum': [1.50]},                        1.5,                      true",
        "{'multipleOf': 0.01},                    19.99,                    true",
        "{'maximum': 1.5},                        1e400,                    false",
        "{'minimum': 1.5},                        1e400,                    true",
        "{'minimum': 0},                          -1e999999999,             false",
        "{'type': 'integer'},                     1e999999999,              true",
        "{'maximum': 1},                          1e-999999999,             true",
    })
    void aNumberReadWithAllItsDigitsIsJudgedAsANumber(String schema, String number, boolean valid) {
        JsonSchemaCheck check = JsonSchemaCheck.of(
                Json.read("{'properties': {'a': %s}}".formatted(schema).replace('\'', '"')));

        assertThat(check.check(Json.read("{\"a\":" + number + "}"), Set.of()).isEmpty())
                .isEqualTo(valid);
    }

    @Test
    void whatOnlyARunWillKnowIsNotAFault() {
        JsonSchemaCheck check = JsonSchemaCheck.of(json(
                "{'properties': {'a': {'type': 'integer'}, 'b': {'oneOf': [{'properties': {'c': {'const': 1}}}]}}}"));

        assertThat(check.check(json("{'a': '${x}', 'b': {'c': '${x}'}}"), Set.of("/a", "/b/c")))
                .isEmpty();
        assertThat(check.check(json("{'a': '${x}', 'b': {'c': '${x}'}}"), Set.of("/b/c")))
                .hasSize(1);
    }

    @Test
    void twoTypesOfOneNameAreRefused() {
        TaskType impostor = new TaskType() {
            @Override
            public String name() {
                return "SWITCH";
            }

            @Override
            public JsonNode formalParams() {
                return json("{}");
            }
        };

        assertThatThrownBy(() -> TaskTypes.of(List.of(impostor)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SWITCH");
    }

    @Test
    void theCatalogueHasTheBuiltInTypesAndTheConnectors() {
        assertThat(TestTypes.TYPES.names())
                .containsExactly("DO_WHILE", "FORK_JOIN", "REST_CONNECTOR", "SCRIPT_EXECUTION", "SWITCH", "USER_INPUT");
    }
}
