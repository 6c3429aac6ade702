package dev.continuo.definition.agents;

import static dev.continuo.definition.TestTypes.json;
import static dev.continuo.definition.agents.Agents.mcp;
import static dev.continuo.definition.agents.Agents.prompt;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fault;
import dev.continuo.definition.agents.AgentSecrets.Restoration;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AgentSecretsTest {
    private static final String NS = "ns";

    private final Sealer sealer = new Sealer(Keyring.parse(Keyring.generate()));

    /** {@code key} and {@code token} are secret, and so are the texts literal-1, literal-2 and literal-3. */
    private static ObjectNode agent() {
        return AgentDocument.of(Agents.of(
                prompt("'name': 'one', 'apikey': '{key}'"),
                prompt("'name': 'two', 'apikey': 'literal-1'"),
                mcp(
                        "'name': 'three', 'apikey': 'literal-2', 'config': {'mcpServers': {'x': {'url': 'https://m.test', 'headers':"
                                + " {'A/B': 'Bearer {token}', 'C': 'literal-3', 'D': ''}}}}")));
    }

    private JsonNode opened(JsonNode value) {
        return json("'" + sealer.unseal(value.textValue(), NS) + "'");
    }

    @Test
    void whatAnApikeyOrAConfigMentionsIsSecret() {
        assertThat(AgentSecrets.of(agent()).keys()).containsExactlyInAnyOrder("key", "token");
        assertThat(AgentSecrets.of(Agents.movie()).keys()).containsExactly("replicateAPI");
        assertThat(AgentSecrets.of(Agents.of(mcp("'config': 'https://m.test/{b}'")))
                        .keys())
                .containsExactly("b");
        assertThat(AgentSecrets.of(json("{}")).keys()).isEmpty();
    }

    @Test
    void secretsAreSealedAndMaskedAndTheRestIsLeftAlone() {
        ObjectNode document = agent();
        ObjectNode sealed = AgentSecrets.sealedDocument(document, sealer, NS);

        assertThat(document).isEqualTo(agent());
        assertThat(sealed.toString()).doesNotContain("hunter2", "swordfish", "literal-1", "literal-2", "literal-3");
        assertThat(opened(sealed.at("/variables/key")).asText()).isEqualTo("hunter2");
        assertThat(opened(sealed.at("/workflow/1/apikey")).asText()).isEqualTo("literal-1");
        assertThat(opened(sealed.at("/workflow/2/config/mcpServers/x/headers/C"))
                        .asText())
                .isEqualTo("literal-3");
        assertThat(sealed.at("/workflow/0/apikey").asText()).isEqualTo("{key}");
        assertThat(sealed.at("/workflow/2/config/mcpServers/x/headers/A~1B").asText())
                .isEqualTo("Bearer {token}");

        String masked = document.toString()
                .replace("\"hunter2\"", "\"***\"")
                .replace("\"swordfish\"", "\"***\"")
                .replaceAll("\"literal-[123]\"", "\"***\"");
        assertThat(AgentSecrets.masked(sealed).toString()).isEqualTo(masked);
    }

    @Test
    void aSecretWithBracesIsSealedAsWhatItStandsFor() {
        ObjectNode document = AgentDocument.of(Agents.of(prompt("'apikey': 'a{{b}}c'")));
        ObjectNode sealed = AgentSecrets.sealedDocument(document, sealer, NS);
        assertThat(sealer.unseal(sealed.at("/workflow/0/apikey").textValue(), NS))
                .isEqualTo("a{b}c");
    }

    @Test
    void sealingTwiceChangesNothing() {
        ObjectNode sealed = AgentSecrets.sealedDocument(agent(), sealer, NS);
        assertThat(AgentSecrets.sealedDocument(sealed, sealer, NS)).isEqualTo(sealed);
    }

    @Test
    void theValuesOfARunAreSealedByKey() {
        ObjectNode input = (ObjectNode) json("{'a': 'hunter2', 'key': 'hunter2', 'other': 5}");
        ObjectNode sealed = AgentSecrets.of(agent()).sealed(input, sealer, NS);
        assertThat(sealed.path("a").asText()).isEqualTo("hunter2");
        assertThat(opened(sealed.path("key")).asText()).isEqualTo("hunter2");
        assertThat(sealed.path("other").asInt()).isEqualTo(5);
        assertThat(sealed.has("token")).isFalse();
    }

    @Test
    void aMaskInTheValuesOfARunMeansTheStoredValueAndAnEmptyOneIsNoSecret() {
        ObjectNode input = (ObjectNode) json("{'key': '***', 'token': '', 'a': '***'}");
        assertThat(AgentSecrets.of(agent()).sealed(input, sealer, NS)).isEqualTo(json("{'token': '', 'a': '***'}"));
    }

    @Test
    void otherThanTextsAreSealedAsText() {
        ObjectNode input = (ObjectNode) json("{'key': 17, 'token': ['a']}");
        ObjectNode sealed = AgentSecrets.of(agent()).sealed(input, sealer, NS);
        assertThat(sealer.unseal(sealed.path("key").textValue(), NS)).isEqualTo("17");
        assertThat(sealer.unseal(sealed.path("token").textValue(), NS)).isEqualTo("[\"a\"]");
        assertThat(AgentSecrets.of(agent()).sealed((ObjectNode) json("{'key': null}"), sealer, NS))
                .isEqualTo(json("{'key': ''}"));
    }

    @Test
    void masksThatComeBackAreTheStoredSecrets() {
        ObjectNode stored = AgentSecrets.sealedDocument(agent(), sealer, NS);
        ObjectNode sent = (ObjectNode) AgentSecrets.masked(stored);
        // Nodes that change places keep their secrets.
        sent.withArray("workflow").insert(0, sent.withArray("workflow").remove(2));

        ObjectNode document = restored(sent, stored);

        assertThat(document.at("/variables")).isEqualTo(stored.at("/variables"));
        assertThat(document.at("/workflow/0")).isEqualTo(stored.at("/workflow/2"));
        assertThat(document.at("/workflow/2")).isEqualTo(stored.at("/workflow/1"));
    }

    @Test
    void aNewSecretReplacesTheStoredOne() {
        ObjectNode stored = AgentSecrets.sealedDocument(agent(), sealer, NS);
        assertThat(restored(agent(), stored)).isEqualTo(agent());
    }

    @Test
    void aMaskThatStandsForNothingIsAFault() {
        ObjectNode sent = (ObjectNode) AgentSecrets.masked(AgentSecrets.sealedDocument(agent(), sealer, NS));
        assertThat(((Restoration.Refused) AgentSecrets.restored(sent, Optional.empty())).faults())
                .extracting(Fault::pointer)
                .containsExactlyInAnyOrder(
                        "/variables/key",
                        "/variables/token",
                        "/workflow/1/apikey",
                        "/workflow/2/apikey",
                        "/workflow/2/config/mcpServers/x/headers/C");
        ObjectNode renamed = agent();
        ((ObjectNode) renamed.at("/workflow/1")).put("name", "new").put("apikey", "***");
        assertThat(refused(renamed, AgentSecrets.sealedDocument(agent(), sealer, NS)))
                .isEqualTo("/workflow/1/apikey");
    }

    @Test
    void aSecretDoesNotBecomeVisibleWhenItsUseIsTakenAway() {
        ObjectNode stored = AgentSecrets.sealedDocument(agent(), sealer, NS);
        ObjectNode sent = (ObjectNode) AgentSecrets.masked(stored);
        ((ObjectNode) sent.at("/workflow/0")).remove("apikey");
        assertThat(refused(sent, stored)).isEqualTo("/variables/key");
        ((ObjectNode) sent.path("variables")).put("key", "a new value");
        assertThat(restored(sent, stored).at("/variables/key").asText()).isEqualTo("a new value");
    }

    @Test
    void threeAsterisksAreATextWhereNothingIsSecret() {
        ObjectNode sent = agent();
        ((ObjectNode) sent.path("variables")).put("a", "***");
        assertThat(restored(sent, AgentSecrets.sealedDocument(agent(), sealer, NS)))
                .isEqualTo(sent);
    }

    private static ObjectNode restored(ObjectNode sent, ObjectNode stored) {
        return ((Restoration.Restored) AgentSecrets.restored(sent, Optional.of(stored))).document();
    }

    private static String refused(ObjectNode sent, ObjectNode stored) {
        return ((Restoration.Refused) AgentSecrets.restored(sent, Optional.of(stored)))
                .faults()
                .getFirst()
                .pointer();
    }
}
