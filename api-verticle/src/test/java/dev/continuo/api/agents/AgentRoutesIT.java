package dev.continuo.api.agents;

import static dev.continuo.api.agents.AgentsFixture.Person.ANN;
import static dev.continuo.api.agents.AgentsFixture.Person.BEN;
import static dev.continuo.api.agents.AgentsFixture.Person.CARA;
import static dev.continuo.api.agents.AgentsFixture.RETURN;
import static dev.continuo.api.agents.AgentsFixture.WRITE;
import static dev.continuo.api.agents.AgentsFixture.agent;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.store.Json;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Agents: create, read, list, search, rewrite, delete. */
@ExtendWith(BackendsExtension.class)
class AgentRoutesIT {
    private static final String MOVIE = """
            {'id': 'movie-agent', 'name': 'Movie Script agent', 'description': 'Generates a movie script',
             'variables': {'replicateAPI': '', 'genre': '', 'prompt': '', 'context': ''}, 'fields': [],
             'workflow': [
              {'type': 'prompt', 'name': 'Sypnosis', 'system': 'You write a synopsis for a {genre} film',
               'user': '{prompt}', 'apikey': '{replicateAPI}', 'llm': 'replicate',
               'model': 'google-deepmind/gemma-3-27b-it', 'temperature': 1, 'maxTokens': 2000, 'output': 'context'},
              {'name': 'Return', 'type': 'return', 'output': 'context'}]}
            """;
    private static AgentsFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AgentsFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @BeforeEach
    void forget() {
        api.sql("DELETE FROM agent");
        api.sql("DELETE FROM run");
    }

    @Test
    void theOriginalsSampleComesBackAsItWasSent() {
        JsonNode sent = Json.read(MOVIE.replace('\'', '"'));
        assertThat(api.as(ANN, "POST", "agent", MOVIE).expect(201).json()).isEqualTo(sent);
        assertThat(api.as(ANN, "GET", "agent/movie-agent").expect(200).json()).isEqualTo(sent);
        JsonNode list = api.as(BEN, "GET", "agent").expect(200).json();
        assertThat(list.isArray()).isTrue();
        assertThat(list).containsExactly(sent);
    }

    @Test
    void anAgentIsItsNamespacesAlone() {
        api.as(ANN, "POST", "agent", MOVIE).expect(201);
        assertThat(api.as(CARA, "GET", "agent").expect(200).text()).isEqualTo("[]");
        assertThat(api.as(CARA, "GET", "agent?query=movie").expect(200).text()).isEqualTo("[]");
        for (String method : new String[] {"GET", "DELETE"}) {
            api.as(CARA, method, "agent/movie-agent").expect(404);
        }
        api.as(CARA, "POST", "agent/movie-agent", MOVIE).expect(404);
        api.as(CARA, "POST", "workflow/movie-agent", "{'input': {}}").expect(404);
        api.as(CARA, "GET", "workflow/movie-agent").expect(404);
        api.as(CARA, "POST", "agent", MOVIE).expect(201);
        api.as(CARA, "DELETE", "agent/movie-agent").expect(200);
        api.as(ANN, "GET", "agent/movie-agent").expect(200);
    }

    /** Rows: a body, the status, the message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {} | Missing required body args: id, name, description, workflow
            {'id': 'a', 'name': 'n', 'workflow': []} | Missing required body args: description
            {'id': 'a', 'name': 'n', 'description': '', 'workflow': []} | Missing required body args: description
            {'id': 'a b', 'name': 'n', 'description': 'd', 'workflow': [{'type': 'return', 'name': 'R', 'output': 'x'}]} | Invalid ID: id must have 1 to 100 letters, digits, hyphens and underscores, beginning with a letter or a digit
            {'id': 'a', 'name': 'n', 'description': 'd', 'workflow': []} | Invalid input data: workflow must be an array of at least one node
            {'id': 'a', 'name': 'n', 'description': 'd', 'workflow': [{'type': 'chat', 'name': 'R'}]} | Invalid input data: workflow[0].type must be one of prompt, mcp, return, not "chat"
            {'id': 'a', 'name': 'n', 'description': 'd', 'variables': 5, 'workflow': [{'type': 'return', 'name': 'R', 'output': 5}]} | Invalid input data: variables must be an object of strings; workflow[0].output is required: the key of a variable, or an array of keys
            """)
    void whatIsWrongIsSaid(String body, String message) {
        Response response = api.as(ANN, "POST", "agent", body).expect(400);
        assertThat(response.json().path("message").asText()).isEqualTo(message);
        assertThat(api.as(ANN, "GET", "agent").text()).isEqualTo("[]");
    }

    @Test
    void faultsAreListedWithTheirPlacesAndManyAreCounted() {
        List<String> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            nodes.add("{'type': 'x', 'name': 'n'}");
        }
        JsonNode refusal = api.as(ANN, "POST", "agent", agent("a", nodes.toArray(String[]::new)))
                .expect(400)
                .json();
        assertThat(refusal.path("message").asText())
                .contains("workflow[4].type")
                .endsWith("; and 3 more");
        assertThat(refusal.path("errors")).hasSize(8);
        assertThat(refusal.at("/errors/7/path").asText()).isEqualTo("workflow[7].type");
        assertThat(refusal.at("/errors/7/message").asText()).startsWith("must be one of");
    }

    @Test
    void anIdAndANameAreThereOnce() {
        api.create(ANN, "one", RETURN);
        assertThat(message(api.as(BEN, "POST", "agent", agent("one", RETURN)).expect(409)))
                .isEqualTo("Duplicate field value: id");
        String sameName = agent("two", RETURN).replace("Agent two", "Agent one");
        assertThat(message(api.as(ANN, "POST", "agent", sameName).expect(409)))
                .isEqualTo("Duplicate field value: name");
        api.create(ANN, "two", RETURN);
        assertThat(message(api.as(ANN, "POST", "agent/two", sameName).expect(409)))
                .isEqualTo("Duplicate field value: name");
        assertThat(api.sql("SELECT 1 FROM definition_revision r JOIN agent a USING (definition_id)")
                        .size())
                .isEqualTo(2);
    }

    @Test
    void anUpdateRewritesTheWholeAgent() {
        api.create(ANN, "one", WRITE, RETURN);
        String update = "{'name': 'New', 'description': 'New too', 'workflow': [" + RETURN + "]}";
        JsonNode updated = api.as(BEN, "POST", "agent/one", update).expect(201).json();
        assertThat(updated.toString())
                .isEqualTo(
                        "{'id':'one','name':'New','description':'New too','variables':{},'fields':[],'workflow':[{'type':'return','name':'Return','output':['topic']}]}"
                                .replace('\'', '"'));
        assertThat(api.as(ANN, "GET", "agent/one").json()).isEqualTo(updated);
        assertThat(api.as(ANN, "GET", "agent?query=too").json()).containsExactly(updated);
        assertThat(api.sql("SELECT 1 FROM agent WHERE version = 2 AND name = 'New' AND description = 'New too'")
                        .size())
                .isEqualTo(1);
    }

    @Test
    void anUpdateNeedsEverythingAndKeepsTheId() {
        api.create(ANN, "one", RETURN);
        assertThat(message(api.as(ANN, "POST", "agent/one", "{'name': 'x'}").expect(400)))
                .isEqualTo("Missing required body args: description, workflow");
        assertThat(message(
                        api.as(ANN, "POST", "agent/one", agent("two", RETURN)).expect(400)))
                .isEqualTo("Invalid ID: id cannot be changed: it is one");
        assertThat(message(
                        api.as(ANN, "POST", "agent/none", agent("none", RETURN)).expect(404)))
                .isEqualTo("Agent not found");
    }

    @Test
    void anAgentThatIsDeletedTakesItsTasksAlongAndMayBeMadeAgain() {
        api.create(ANN, "one", WRITE, RETURN);
        api.create(ANN, "two", RETURN);
        String running = api.run(ANN, "one", "{}").path("id").asText();
        String others = api.run(BEN, "one", "{}").path("id").asText();
        String kept = api.run(ANN, "two", "{}").path("id").asText();
        JsonNode agent = api.as(ANN, "GET", "agent/one").json();

        assertThat(api.as(ANN, "DELETE", "agent/one").expect(200).json()).isEqualTo(agent);

        api.as(ANN, "GET", "agent/one").expect(404);
        api.as(ANN, "DELETE", "agent/one").expect(404);
        api.as(ANN, "POST", "workflow/one", "{'input': {}}").expect(404);
        api.as(ANN, "GET", "task/" + running).expect(404);
        api.as(BEN, "GET", "task/" + others).expect(404);
        api.as(ANN, "GET", "task/" + kept).expect(200);
        assertThat(api.sql("SELECT 1 FROM task WHERE run_id = $1", UUID.fromString(running))
                        .size())
                .isZero();
        api.create(ANN, "one", RETURN);
        assertThat(api.as(ANN, "GET", "task").json()).hasSize(1);
    }

    @Test
    void anAgentThatIsBeingRemovedIsThereForNobody() {
        api.create(ANN, "one", RETURN);
        api.sql("UPDATE agent SET removed_at = now()");
        api.as(ANN, "GET", "agent/one").expect(404);
        api.as(ANN, "POST", "agent/one", agent("one", RETURN)).expect(404);
        api.as(ANN, "POST", "workflow/one", "{'input': {}}").expect(404);
        assertThat(api.as(ANN, "GET", "agent").text()).isEqualTo("[]");
        assertThat(api.as(ANN, "GET", "agent?query=writes").text()).isEqualTo("[]");
        api.as(ANN, "POST", "agent", agent("one", RETURN)).expect(409);
    }

    @Test
    void aListIsInTheOrderOfIdsAndGoesOnWhereTheLinkSays() {
        for (String id : List.of("b", "A", "c", "a", "B")) {
            api.create(ANN, id, RETURN);
        }
        List<String> ids = new ArrayList<>();
        String path = "/api/v1/agent?limit=2";
        int pages = 0;
        while (!path.isEmpty()) {
            Response page = api.as(ANN, "GET", path).expect(200);
            page.json().forEach(agent -> ids.add(agent.path("id").asText()));
            path = page.header("link").replaceAll("<http://127.0.0.1:[0-9]+(.*)>; rel=\"next\"", "$1");
            pages++;
        }
        assertThat(ids).containsExactly("A", "B", "a", "b", "c");
        assertThat(pages).isEqualTo(3);
        assertThat(api.as(ANN, "GET", "agent").header("link")).isEmpty();
        assertThat(api.as(ANN, "GET", "agent?limit=5").header("link")).isEmpty();
    }

    /** Rows: a query, the ids that it finds. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            movie%20script      | exact,loose
            MOVIE%20%20Script   | exact,loose
            script%20a%20movie  | loose,exact
            movie               | exact,loose
            scripted            |
            100%25              | percent
            %25                 | percent
            _                   |
            agent%20exact       |
            """)
    void aQueryFindsTheDescriptionsWithAllItsWords(String query, String ids) {
        describe("exact", "Generates a movie script");
        describe("percent", "Is sure to 100% of it");
        describe("loose", "A Script for each Movie; script a movie");
        api.sql("UPDATE agent SET updated_at = now() - interval '1 hour' WHERE id = 'loose'");
        List<String> found = new ArrayList<>();
        api.as(ANN, "GET", "agent?query=" + query)
                .expect(200)
                .json()
                .forEach(agent -> found.add(agent.path("id").asText()));
        assertThat(String.join(",", found)).isEqualTo(ids == null ? "" : ids);
    }

    @Test
    void aQueryFindsFiveAtMost() {
        for (int i = 0; i < 7; i++) {
            api.create(ANN, "agent-" + i, RETURN);
        }
        Response found = api.as(ANN, "GET", "agent?query=writes&limit=100").expect(200);
        assertThat(found.json()).hasSize(5);
        assertThat(found.header("link")).isEmpty();
        assertThat(api.as(ANN, "GET", "agent?query=").json()).hasSize(7);
    }

    @Test
    void secretsAreSealedAtRestAndMaskedInEveryAnswer() {
        String body = agent("one", WRITE, WRITE.replace("{key}", "sk-literal"), RETURN)
                .replace("'key': ''", "'key': 'hunter2'");
        JsonNode created = api.as(ANN, "POST", "agent", body).expect(201).json();
        assertThat(created.at("/variables/key").asText()).isEqualTo("***");
        assertThat(created.at("/workflow/0/apikey").asText()).isEqualTo("{key}");
        assertThat(created.at("/workflow/1/apikey").asText()).isEqualTo("***");
        for (String path : List.of("agent", "agent/one", "agent?query=writes", "workflow/one")) {
            assertThat(api.as(ANN, "GET", path).expect(200).text())
                    .as(path)
                    .doesNotContain("hunter2", "sk-literal", "sealed:")
                    .contains("***");
        }
        String stored = api.sql("SELECT document FROM agent").iterator().next().getString(0);
        assertThat(stored).contains("sealed:v1:").doesNotContain("hunter2", "sk-literal");
        assertThat(api.sql(
                                "SELECT 1 FROM definition_revision WHERE document LIKE '%hunter2%' OR document LIKE '%sk-lit%'")
                        .size())
                .isZero();

        String changed = created.toString().replace("Writes about", "Tells of");
        assertThat(api.as(ANN, "POST", "agent/one", changed).expect(201).text()).isEqualTo(changed);
        String kept = api.sql("SELECT document FROM agent").iterator().next().getString(0);
        assertThat(kept).isEqualTo(stored.replace("Writes about", "Tells of"));
        assertThat(message(api.as(ANN, "POST", "agent", changed.replace("one", "two"))
                        .expect(400)))
                .contains("variables.key is ***")
                .contains("workflow[1].apikey is ***");
    }

    @Test
    void aTextThatLooksSealedIsNotTakenFromAnybody() {
        String body = agent("one", WRITE, RETURN).replace("'key': ''", "'key': 'sealed:v1:found:somewhere'");
        assertThat(message(api.as(ANN, "POST", "agent", body).expect(400))).contains("variables.key is refused");
    }

    @Test
    void theInputsSchemaIsMadeOfTheVariables() {
        api.create(ANN, "one", WRITE, RETURN);
        JsonNode schema = api.as(ANN, "GET", "workflow/one").expect(200).json();
        assertThat(schema.path("id").asText()).isEqualTo("one");
        assertThat(schema.at("/input/type").asText()).isEqualTo("object");
        assertThat(schema.at("/input/properties/topic").toString())
                .isEqualTo("{\"type\":\"string\",\"default\":\"rain\"}");
        assertThat(schema.at("/input/properties/key/writeOnly").asBoolean()).isTrue();
    }

    private static void describe(String id, String description) {
        api.as(ANN, "POST", "agent", agent(id, RETURN).replace("Writes about " + id, description))
                .expect(201);
    }

    private static String message(Response response) {
        return response.json().path("message").asText();
    }
}
