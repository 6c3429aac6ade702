package dev.continuo.definition.workflowsvc;

import static dev.continuo.definition.TestTypes.TYPES;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fault;
import dev.continuo.definition.workflowsvc.DocumentSecrets.Restoration;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentSecretsTest {
    private final Sealer sealer = new Sealer(Keyring.parse(Keyring.generate()));
    private final DocumentSecrets secrets = new DocumentSecrets(TYPES);

    private static ObjectNode call(String name, String password) {
        ObjectNode task = Documents.task(name, "REST_CONNECTOR");
        ObjectNode input = task.withObject("/_inputParams").put("_url", "u");
        input.putObject("_auth")
                .put("_type", "Basic")
                .put("_password", password)
                .put("_username", "${workflow._inputParams.user}");
        return task;
    }

    private static JsonNode inside(String where, ObjectNode task) {
        return Documents.of(
                switch (where) {
                    case "case" -> Documents.choice("s", "x", task);
                    case "branch" -> Documents.fork("f", List.of(Documents.task("first")), List.of(task));
                    case "body" -> Documents.loop("l", task);
                    case "deep" -> Documents.fork("f", List.of(Documents.loop("l", Documents.choice("s", "x", task))));
                    default -> task;
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "case", "branch", "body", "deep"})
    void aSecretAtAnyDepthIsSealedAndMasked(String where) {
        JsonNode document = inside(where, call("call", "hunter2"));

        JsonNode sealed = secrets.seal(document, sealer, "ns");

        assertThat(sealed.toString()).doesNotContain("hunter2").contains("sealed:v1:");
        assertThat(secrets.mask(sealed)).isEqualTo(inside(where, call("call", "***")));
        assertThat(secrets.mask(document)).isEqualTo(inside(where, call("call", "***")));
        assertThat(document).isEqualTo(inside(where, call("call", "hunter2")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"list", "case", "branch", "body", "deep"})
    void aMaskThatComesBackIsTheStoredSecret(String where) {
        JsonNode stored = secrets.seal(inside("case", call("call", "hunter2")), sealer, "ns");
        JsonNode sent = inside(where, call("call", "***"));

        JsonNode document = restored(secrets.restoreMasked(sent, stored));
        JsonNode sealed = secrets.seal(document, sealer, "ns");

        assertThat(sealed.toString()).contains(stored.findValue("_password").asText());
        assertThat(sealer.unseal(sealed.findValue("_password").asText(), "ns")).isEqualTo("\"hunter2\"");
    }

    @Test
    void aNewSecretReplacesTheStoredOne() {
        JsonNode stored = secrets.seal(Documents.of(call("call", "old")), sealer, "ns");
        JsonNode sent = Documents.of(call("call", "new"));

        assertThat(restored(secrets.restoreMasked(sent, stored))).isEqualTo(sent);
    }

    @Test
    void aMaskThatStandsForNothingIsAFault() {
        JsonNode stored = secrets.seal(Documents.of(call("call", "x")), sealer, "ns");
        ObjectNode renamed = call("renamed", "***");
        ObjectNode moved = call("call", "new");
        moved.withObject("/_inputParams/_auth").put("a/b", "***");

        Restoration restoration = secrets.restoreMasked(
                Documents.of(Documents.loop("l", renamed), moved, Documents.task("other")), stored);

        assertThat(restoration)
                .isInstanceOfSatisfying(Restoration.Refused.class, refused -> assertThat(refused.faults())
                        .extracting(Fault::pointer)
                        .containsExactly(
                                "/_taskDefs/0/_loopOver/0/_inputParams/_auth/_password",
                                "/_taskDefs/1/_inputParams/_auth/a~1b"));
    }

    @Test
    void aMaskInANewDefinitionIsAFault() {
        Restoration restoration = secrets.restoreMasked(Documents.of(call("call", "***")), MissingNode.getInstance());

        assertThat(restoration).isInstanceOf(Restoration.Refused.class);
    }

    @Test
    void starsThatAreNoSecretAreJustStars() {
        JsonNode document = Documents.of(call("call", "p"));
        ((ObjectNode) document.at("/_taskDefs/0/_inputParams")).put("_url", "***");

        assertThat(restored(secrets.restoreMasked(document, MissingNode.getInstance())))
                .isEqualTo(document);
        assertThat(secrets.mask(document).at("/_taskDefs/0/_inputParams/_url").asText())
                .isEqualTo("***");
    }

    @Test
    void aDocumentThatIsNoneIsLeftAlone() {
        assertThat(secrets.mask(json("{'_taskDefs': 5}"))).isEqualTo(json("{'_taskDefs': 5}"));
        assertThat(secrets.mask(json("{'_taskDefs': [5, {'_type': 'X', '_inputParams': {'_auth': 'a'}}]}")))
                .isEqualTo(json("{'_taskDefs': [5, {'_type': 'X', '_inputParams': {'_auth': 'a'}}]}"));
    }

    private static JsonNode restored(Restoration restoration) {
        return switch (restoration) {
            case Restoration.Restored(JsonNode document) -> document;
            case Restoration.Refused(List<Fault> faults) -> throw new AssertionError(faults);
        };
    }
}
