package dev.continuo.secret;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.Json;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncryptedFieldsTest {
    private final Sealer sealer = new Sealer(Keyring.parse(Keyring.generate()));
    private final EncryptedFields fields = EncryptedFields.of(json("""
            {'properties': {'_inputParams': {'properties': {
              '_url': {'type': 'string'},
              '_auth': {'type': 'object', 'encrypt': true},
              '_targets': {'type': 'array', 'items': {'properties': {'_pwd': {'type': 'string', 'encrypt': true}}}},
              '_headers': {'additionalProperties': {'encrypt': true}, 'properties': {'accept': {'type': 'string'}}}
            }}}}
            """));

    /** Rows: an input, and the same masked. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'_url': 'u'}                                        | {'_url': 'u'}
            {'_auth': {'_type': 'Basic', '_password': 'p'}}      | {'_auth': {'_type': 'Basic', '_password': '***'}}
            {'_auth': {'a': {'b': [1, true, null, {'c': ''}]}}}  | {'_auth': {'a': {'b': ['***', '***', null, {'c': '***'}]}}}
            {'_auth': 'text'}                                    | {'_auth': '***'}
            {'_auth': {'_type': {'a': 5}, 'b': {'_type': 5}}}    | {'_auth': {'_type': {'a': '***'}, 'b': {'_type': 5}}}
            {'_targets': [{'_pwd': 'p', 'a': 1}, {'_pwd': 'q'}]} | {'_targets': [{'_pwd': '***', 'a': 1}, {'_pwd': '***'}]}
            {'_targets': {'_pwd': 'p'}}                          | {'_targets': {'_pwd': 'p'}}
            {'_headers': {'accept': 'x', 'token': 't'}}          | {'_headers': {'accept': 'x', 'token': '***'}}
            {'_headers': 'x', 'other': {'_auth': 'y'}}           | {'_headers': 'x', 'other': {'_auth': 'y'}}
            """)
    void exactlyTheMarkedScalarsAreSecrets(String input, String masked) {
        JsonNode value = json(input);
        JsonNode sealed = fields.seal(value, sealer, "ns", Set.of());

        assertThat(fields.mask(value)).isEqualTo(json(masked));
        assertThat(fields.mask(sealed)).isEqualTo(json(masked));
        assertThat(fields.unseal(sealed, sealer, "ns")).isEqualTo(value);
        assertThat(value).isEqualTo(json(input));
        assertThat(sealed.equals(value)).isEqualTo(json(input).equals(json(masked)));
    }

    @Test
    void aSealedNumberKeepsItsDigits() {
        JsonNode value = Json.read("{\"_auth\":{\"pin\":1.00,\"much\":1E+400}}");

        assertThat(fields.unseal(fields.seal(value, sealer, "ns", Set.of()), sealer, "ns")
                        .toString())
                .isEqualTo(value.toString());
    }

    @Test
    void aSealedTextOfTheDefinitionIsNotSealedTwice() {
        JsonNode once = fields.seal(json("{'_auth': {'p': 'x'}}"), sealer, "ns", Set.of());
        String text = once.at("/_auth/p").textValue();

        assertThat(fields.seal(once, sealer, "ns", Set.of(text))).isSameAs(once);
    }

    @Test
    void aSealedTextThatCameWithDataIsDataAndOpensAsItself() {
        JsonNode brought = fields.seal(json("{'_auth': {'p': 'x'}}"), sealer, "ns", Set.of());

        JsonNode sealed = fields.seal(brought, sealer, "ns", Set.of());

        assertThat(sealed).isNotEqualTo(brought);
        assertThat(fields.unseal(sealed, sealer, "ns")).isEqualTo(brought);
    }

    @Test
    void aTemplateKeepsItsReferencesUntilTheyAreResolved() {
        JsonNode template =
                json("{'_auth': {'_token': '${workflow._inputParams.t}', '_mixed': 'Key ${a._output.k}', '_p': 'x'}}");

        JsonNode sealed = fields.sealTemplate(template, sealer, "ns");

        assertThat(sealed.at("/_auth/_token")).isEqualTo(template.at("/_auth/_token"));
        assertThat(sealed.at("/_auth/_mixed")).isEqualTo(template.at("/_auth/_mixed"));
        assertThat(Sealer.sealed(sealed.at("/_auth/_p").asText())).isTrue();
    }

    @Test
    void aResolvedValueIsSealedEvenWhenItLooksLikeAReference() {
        JsonNode sealed = fields.seal(json("{'_auth': {'_password': 'a${b'}}"), sealer, "ns", Set.of());

        assertThat(sealed.toString()).doesNotContain("a${b");
    }

    @Test
    void aReaderOfATemplateSeesLoneReferencesAndNothingElse() {
        JsonNode masked = fields.maskTemplate(
                json(
                        "{'_auth': {'a': '${x._output.t}', 'b': 'Key ${x._output.t}', 'c': '${a}secret${b}', 'd': '${x', 'e': 'p'}}"));

        assertThat(masked)
                .isEqualTo(json("{'_auth': {'a': '${x._output.t}', 'b': '***', 'c': '***', 'd': '***', 'e': '***'}}"));
    }

    @Test
    void aMarkInsideAnyAlternativeCounts() {
        EncryptedFields either = EncryptedFields.of(json("""
                {'properties': {'_inputParams': {'properties': {'a': {'oneOf': [
                  {'properties': {'x': {'encrypt': true}}}, {'properties': {'y': {'encrypt': true}}}]},
                  'b': {'if': {}, 'then': {'encrypt': true}}}}}}
                """));

        assertThat(either.mask(json("{'a': {'x': 1, 'y': 2, 'z': 3}, 'b': 4}")))
                .isEqualTo(json("{'a': {'x': '***', 'y': '***', 'z': 3}, 'b': '***'}"));
    }

    @Test
    void aTypeWithoutSecretsCostsNothing() {
        EncryptedFields none =
                EncryptedFields.of(json("{'properties': {'_inputParams': {'properties': {'a': {'type': 'string'}}}}}"));
        JsonNode input = json("{'a': 'x'}");

        assertThat(none.none()).isTrue();
        assertThat(none.seal(input, sealer, "ns", Set.of())).isSameAs(input);
        assertThat(none.mask(input)).isSameAs(input);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            _url     | 'u'                | false
            _auth    | {}                 | true
            _headers | {'accept': 'x'}    | false
            _headers | {'token': 'x'}     | true
            _targets | [{'_pwd': 'x'}]    | true
            _targets | []                 | false
            """)
    void aParameterIsCoveredWhenItIsMarkedOrHoldsASecret(String key, String value, boolean covered) {
        assertThat(fields.covers(key, json(value))).isEqualTo(covered);
    }

    @Test
    void aSchemaThatCouldHideAMarkIsRefused() {
        assertThatThrownBy(() -> EncryptedFields.of(json("{'properties': {'_inputParams': {'$ref': '#/$defs/x'}}}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("$ref");
    }

    @Test
    void placesArePointers() {
        List<String> places = new ArrayList<>();
        fields.replace(json("{'_auth': {'a/b': {'c~d': ['x']}}}"), (leaf, pointer) -> {
            places.add(pointer);
            return Optional.empty();
        });

        assertThat(places).containsExactly("/_auth/a~1b/c~0d/0");
    }
}
