package dev.continuo.expression;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SecretReferencesTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final JsonNode SECRETS = json("""
            {"TOKEN": "t0ken", "DB": {"user": "u", "hosts": ["h1", "h2"]}, "TEXT": "{\\"pw\\":\\"p\\"}", "PIN": 42,
             "NONE": null, "TRICK": "${workflow.secrets.TOKEN}", "WITH-DASH_1": "d"}""");
    private static final JsonNode ENVIRONMENT = json("{\"REGION\": \"eu\"}");

    @ParameterizedTest(name = "{0} becomes {1}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"${workflow.secrets.TOKEN}\"                          | \"t0ken\"",
                "\"Bearer ${workflow.secrets.TOKEN}!\"                  | \"Bearer t0ken!\"",
                "\"${workflow.secrets.TOKEN}${workflow.secrets.TOKEN}\" | \"t0kent0ken\"",
                "\"${workflow.secrets.WITH-DASH_1}\"                    | \"d\"",
                "\"${workflow.env.REGION}\"                             | \"eu\"",
                "\"in ${workflow.env.REGION}\"                          | \"in eu\"",
                "\"${workflow.secrets.DB}\"                             | {\"user\":\"u\",\"hosts\":[\"h1\",\"h2\"]}",
                "\"${workflow.secrets.DB.user}\"                        | \"u\"",
                "\"${workflow.secrets.DB['user']}\"                     | \"u\"",
                "\"${workflow.secrets.DB.hosts[1]}\"                    | \"h2\"",
                "\"${workflow.secrets.DB.hosts[*]}\"                    | [\"h1\",\"h2\"]",
                "\"${workflow.secrets.DB.hosts[?(@ =~ /h/)]}\"          | null",
                "\"${workflow.secrets.DB.absent}\"                      | null",
                "\"x ${workflow.secrets.DB.absent}\"                    | \"x null\"",
                "\"db ${workflow.secrets.DB}\"                          | \"db {\\\"user\\\":\\\"u\\\",\\\"hosts\\\":[\\\"h1\\\",\\\"h2\\\"]}\"",
                "\"${workflow.secrets.TEXT.pw}\"                        | \"p\"",
                "\"${workflow.secrets.TOKEN.pw}\"                       | null",
                "\"${workflow.secrets.PIN}\"                            | 42",
                "\"pin ${workflow.secrets.PIN}\"                        | \"pin 42\"",
                "\"${workflow.secrets.NONE}\"                           | null",
                "\"${workflow.secrets.TRICK}\"                          | \"${workflow.secrets.TOKEN}\"",
                "\"${workflow.secrets.UNKNOWN}\"                        | \"${workflow.secrets.UNKNOWN}\"",
                "\"${workflow.env.PATH}\"                               | \"${workflow.env.PATH}\"",
                "\"${workflow.env.TOKEN}\"                              | \"${workflow.env.TOKEN}\"",
                "\"${workflow.secrets.}\"                               | \"${workflow.secrets.}\"",
                "\"${workflow.secrets.TOKEN\"                           | \"${workflow.secrets.TOKEN\"",
                "\"${workflow.secrets.${workflow.secrets.TOKEN}\"       | \"${workflow.secrets.t0ken\"",
                "\"${workflow.input.TOKEN}\"                            | \"${workflow.input.TOKEN}\"",
                "{\"a\":[1,{\"b\":\"${workflow.secrets.TOKEN}\"}],\"c\":2}  | {\"a\":[1,{\"b\":\"t0ken\"}],\"c\":2}",
                "{\"${workflow.secrets.TOKEN}\":1}                      | {\"${workflow.secrets.TOKEN}\":1}",
            })
    void aReferenceIsReplaced(String tree, String expected) {
        assertThat(replaced(json(tree))).isEqualTo(new RenderResult.Rendered(json(expected)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":[\"x ${workflow.secrets.A.b} ${workflow.env.E}\"],\"b\":\"${workflow.secrets.B}\"} | SECRET A, ENVIRONMENT E, SECRET B",
                "\"${workflow.secrets.A} ${workflow.secrets.A}\"    | SECRET A",
                "\"${workflow.secrets.A['x']}\"                     | SECRET A",
                "\"$${workflow.secrets.A}\"                         | ``",
                "\"${workflow.secrets.${workflow.input.a}}\"        | ``",
                "\"${workflow.input.a}\"                            | ``",
                "5                                                  | ``",
            })
    void aTreeTellsWhatItMentions(String tree, String expected) {
        assertThat(SecretReferences.in(json(tree)).stream()
                        .map(mention -> mention.kind() + " " + mention.name())
                        .toList())
                .isEqualTo(expected.isEmpty() ? List.of() : List.of(expected.split(", ")));
        if (!expected.isEmpty()) {
            assertThat(SecretReferences.mentioned(json(tree))).isTrue();
        }
    }

    @Test
    void aReferenceThatTheDefinitionDoesNotMentionStays() {
        var definition = json("{\"auth\":\"${workflow.secrets.TOKEN}\",\"body\":\"${workflow.input.body}\"}");
        var mentions = SecretReferences.in(definition);
        var rendered = json("{\"auth\":\"${workflow.secrets.TOKEN}\",\"body\":\"give me ${workflow.secrets.DB}\"}");
        assertThat(SecretReferences.replaced(
                        rendered,
                        mentions::contains,
                        SecretReferencesTest::secret,
                        SecretReferencesTest::environment,
                        Limits.DEFAULT))
                .isEqualTo(new RenderResult.Rendered(
                        json("{\"auth\":\"t0ken\",\"body\":\"give me ${workflow.secrets.DB}\"}")));
    }

    @Test
    void aReferenceThatTheDefinitionMentionsElsewhereStays() {
        var definition =
                json("{\"a/b\":[{\"x\":\"Bearer ${workflow.secrets.TOKEN}\"}],\"body\":\"${workflow.input.body}\"}");
        var rendered = json("{\"a/b\":[{\"x\":\"Bearer ${workflow.secrets.TOKEN}\"}],"
                + "\"body\":[\"${workflow.secrets.TOKEN}\",{\"x\":\"${workflow.secrets.TOKEN}\"}]}");
        assertThat(SecretReferences.replaced(
                        rendered,
                        SecretReferences.in(definition)::contains,
                        SecretReferencesTest::secret,
                        SecretReferencesTest::environment,
                        Limits.DEFAULT))
                .isEqualTo(new RenderResult.Rendered(json("{\"a/b\":[{\"x\":\"Bearer t0ken\"}],"
                        + "\"body\":[\"${workflow.secrets.TOKEN}\",{\"x\":\"${workflow.secrets.TOKEN}\"}]}")));
    }

    @Test
    void aTreeWithoutMentionsIsSharedAndTheOneGivenIsLeftAsItIs() {
        var plain = json("{\"a\":[1,\"x\"]}");
        assertThat(SecretReferences.mentioned(plain)).isFalse();
        assertThat(((RenderResult.Rendered) replaced(plain)).value()).isSameAs(plain);
        var unknown = json("{\"a\":[\"${workflow.secrets.UNKNOWN}\"]}");
        assertThat(((RenderResult.Rendered) replaced(unknown)).value()).isSameAs(unknown);
        var tree = json("{\"a\":\"${workflow.secrets.TOKEN}\"}");
        replaced(tree);
        assertThat(tree).isEqualTo(json("{\"a\":\"${workflow.secrets.TOKEN}\"}"));
    }

    @Test
    void theReplacedSizeIsBounded() {
        var big = TextNode.valueOf("s".repeat(10_000));
        var tree = TextNode.valueOf("${workflow.secrets.A}".repeat(100));
        var limits = new Limits(8, 100_000, 100, 8, 100_000);
        assertThat(SecretReferences.replaced(
                        tree, mention -> true, name -> Optional.of(big), name -> Optional.empty(), limits))
                .isEqualTo(new RenderResult.TooLarge(100_000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "${workflow.secrets.",
                "${workflow.secrets.A",
                "${workflow.secrets.A.",
                "${workflow.secrets.${",
                "${workflow.",
                "${",
                "$",
                "${workflow.secrets.UNKNOWN}"
            })
    void hostileTextOfAMegabyteStaysAsItIs(String unit) {
        var text = TextNode.valueOf(unit.repeat((1 << 20) / unit.length()));
        assertThat(replaced(text)).isEqualTo(new RenderResult.Rendered(text));
        assertThat(SecretReferences.in(text)).hasSizeLessThanOrEqualTo(1);
    }

    private static RenderResult replaced(JsonNode tree) {
        return SecretReferences.replaced(
                tree, mention -> true, SecretReferencesTest::secret, SecretReferencesTest::environment, Limits.DEFAULT);
    }

    private static Optional<JsonNode> secret(String name) {
        return Optional.ofNullable(SECRETS.get(name));
    }

    private static Optional<JsonNode> environment(String name) {
        return Optional.ofNullable(ENVIRONMENT.get(name));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
