package dev.continuo.definition.agents;

import static dev.continuo.definition.TestTypes.json;
import static dev.continuo.definition.agents.Agents.mcp;
import static dev.continuo.definition.agents.Agents.prompt;
import static dev.continuo.definition.agents.Agents.returning;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fault;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentValidatorTest {

    @Test
    void theOriginalsSampleIsValid() {
        assertThat(AgentValidator.faults(Agents.movie())).isEmpty();
        assertThat(AgentValidator.missing(Agents.movie(), AgentValidator.REQUIRED))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {}                                                                    | id,name,description,workflow
            {'id': null, 'name': '', 'description': ' ', 'workflow': []}          | id,name,description
            {'id': 1, 'name': 'n', 'description': 'd', 'workflow': {}}            | §§
            {'id': 'a', 'name': 'n', 'description': 'd'}                          | workflow
            """)
    void whatIsMissingIsNamed(String body, String missing) {
        assertThat(String.join(",", AgentValidator.missing((ObjectNode) json(body), AgentValidator.REQUIRED)))
                .isEqualTo(missing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "movie-agent", "A_1", "0", "cm8x3k1p20000l508g2yq1v5a"})
    void anIdIsASlug(String id) {
        assertThat(AgentValidator.faults(Agents.movie().put("id", id))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "-a", "_a", "a/b", "a.b", "ä", "a%20b", "a\n", "..", "a?b"})
    void whatIsNoSlugIsNoId(String id) {
        assertThat(AgentValidator.faults(Agents.movie().put("id", id)))
                .singleElement()
                .extracting(Fault::pointer)
                .isEqualTo("/id");
        assertThat(AgentValidator.faults(Agents.movie().put("id", "a".repeat(101))))
                .hasSize(1);
    }

    /** Rows: the member, its value, the place of the fault, a part of its message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            id          | 5                  | /id              | must have 1 to 100 letters
            name        | ' '                | /name            | must be a string
            name        | 7                  | /name            | must be a string
            name        | 'a\\u0000'         | /name            | control character
            description | 'a\\u0000'         | /description     | control character
            description | {}                 | /description     | must be a string
            fields      | {}                 | /fields          | must be an array
            variables   | 'x'                | /variables       | must be an object of strings
            variables   | ['x']              | /variables       | must be an object of strings
            variables   | {'a': {}}          | /variables/a     | JSON text
            variables   | {'a/b': []}        | /variables/a~1b  | JSON text
            variables   | {'': 'x'}          | /variables/      | must have a name
            workflow    | []                 | /workflow        | at least one node
            workflow    | {}                 | /workflow        | at least one node
            workflow    | ['x']              | /workflow/0      | must be an object
            workflow    | [{'name': 'n'}]    | /workflow/0/type | must be one of prompt, mcp, return
            """)
    void aFaultOfTheAgentIsFound(String member, String value, String pointer, String message) {
        ObjectNode agent = Agents.of(returning("'a'"));
        agent.set(member, json(value));
        assertThat(AgentValidator.faults(agent)).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).contains(message);
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            variables   | null
            variables   | []
            variables   | {'a b': 1, 'c': true, 'd': null}
            fields      | null
            fields      | [{'name': 'x', 'anything': [1, {'y': null}]}, 'z', 5]
            description | 'two\\nlines\\tand a tab'
            createdAt   | 5
            """)
    void whatIsLooseIsTaken(String member, String value) {
        ObjectNode agent = Agents.of(returning("'a'"));
        agent.set(member, json(value));
        assertThat(AgentValidator.faults(agent)).isEmpty();
    }

    /** Rows: members of a prompt, the place of the fault in it, a part of its message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            'type': 'chat'              | type        | must be one of prompt, mcp, return, not "chat"
            'type': 5                   | type        | must be one of prompt, mcp, return, not 5
            'name': null                | name        | is required
            'name': ''                  | name        | is required
            'user': null                | user        | is required
            'user': ' '                 | user        | is required
            'user': 5                   | user        | must be a string
            'user': 'a {'               | user        | write {{ for a brace
            'user': 'a } b'             | user        | write }} for a brace
            'user': '{ a }'             | user        | does not begin a {key} of letters, digits, _ and -
            'user': '{a.b}'             | user        | does not begin a {key}
            'user': '{who}'             | user        | mentions {who}, which is not a variable or the output of an earlier node: add it to variables
            'user': '{out}'             | user        | mentions {out}, which is not a variable or the output of an earlier node
            'system': []                | system      | must be a string
            'system': '{who}'           | system      | add it to variables
            'llm': null                 | llm         | must be one of claude, replicate, openai
            'llm': 'gpt'                | llm         | must be one of claude, replicate, openai
            'model': null               | model       | is required
            'model': '{who}'            | model       | add it to variables
            'apikey': 5                 | apikey      | must be a string
            'apikey': '{who}'           | apikey      | is not a variable: add it to variables
            'apiKey': '{who}'           | apiKey      | is not a variable: add it to variables
            'apikey': '{out}'           | apikey      | the output of a node: an apikey takes variables alone
            'apikey': '{a}'             | user        | secret
            'temperature': '1'          | temperature | must be a number
            'maxTokens': 0              | maxTokens   | whole number
            'maxTokens': 1.5            | maxTokens   | whole number
            'maxTokens': '9'            | maxTokens   | whole number
            'maxToken': -1              | maxToken    | whole number
            'output': null              | output      | is required
            'output': ['x']             | output      | is required
            """)
    void aFaultOfAPromptIsFound(String members, String place, String message) {
        assertThat(AgentValidator.faults(Agents.of(prompt(members))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.pointer()).isEqualTo("/workflow/0/" + place);
                    assertThat(fault.message()).contains(message);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'system': null",
                "'system': 'You say {{x: {b}}}'",
                "'user': '{a}{b}{a}'",
                "'apikey': 'sk-1'",
                "'apikey': ''",
                "'apiKey': '{key}'",
                "'temperature': 0.7",
                "'temperature': -1",
                "'maxTokens': 2000.0",
                "'maxToken': 5",
                "'llm': 'openai'",
                "'model': 'm-{b}'",
                "'unknown': {'x': 1}"
            })
    void aPromptThatIsValid(String members) {
        assertThat(AgentValidator.faults(Agents.of(prompt(members)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            'config': null                                                     | config                       | is required
            'config': 5                                                        | config                       | must be the address
            'config': 'mcp.test'                                               | config                       | http or https
            'config': 'ftp://mcp.test'                                         | config                       | http or https
            'config': 'https://u:p@mcp.test'                                   | config                       | without a user
            'config': 'https://{who}'                                          | config                       | add it to variables
            'config': {}                                                       | config/url                   | is required
            'config': {'command': 'npx', 'args': []}                           | config/command               | programs are not started
            'config': {'url': 'https://m.test', 'type': 'stdio'}               | config                       | streamable HTTP
            'config': {'url': 'https://m.test', 'transport': 'sse'}            | config                       | streamable HTTP
            'config': {'url': 'https://m.test', 'headers': []}                 | config/headers               | must be an object
            'config': {'url': 'https://m.test', 'headers': {'a b': ''}}        | config/headers/a b           | name of a header
            'config': {'url': 'https://m.test', 'headers': {'A': 5}}           | config/headers/A             | must be a string
            'config': {'url': 'https://m.test', 'headers': {'A': '{'}}         | config/headers/A             | cannot be read
            'config': {'url': 'https://m.test', 'headers': {'A': '{out}'}}     | config/headers/A             | a config takes variables alone
            'config': {'mcpServers': {}}                                       | config/mcpServers            | 1 to 16 servers
            'config': {'mcpServers': []}                                       | config/mcpServers            | 1 to 16 servers
            'config': {'mcpServers': {'x': 5}}                                 | config/mcpServers/x          | must be a server
            'config': {'mcpServers': {'x': {'command': 'npx'}}}                | config/mcpServers/x/command  | programs are not started
            'config': {'mcpServers': {'x': {'url': ''}}}                       | config/mcpServers/x/url      | is required
            'maxSteps': 0                                                      | maxSteps                     | whole number from 1 to 50
            'maxSteps': 51                                                   | maxSteps                     | whole number from 1 to 50
            'user': null                                                       | user                         | is required
            'model': ''                                                        | model                        | is required
            'output': ''                                                       | output                       | is required
            """)
    void aFaultOfAnMcpNodeIsFound(String members, String place, String message) {
        assertThat(AgentValidator.faults(Agents.of(mcp(members))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.pointer()).isEqualTo("/workflow/0/" + place);
                    assertThat(fault.message()).contains(message);
                });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'config': {'url': 'http://127.0.0.1:9/mcp'}",
                "'config': '{token}'",
                "'config': {'url': 'https://m.test/{key}', 'headers': {'Authorization': 'Bearer {token}', 'X-A': 'b'}}",
                "'config': {'mcpServers': {'x': {'type': 'http', 'url': 'https://m.test'}, 'y': {'url': 'https://n.test'}}}",
                "'maxSteps': 5, 'model': 'm'"
            })
    void anMcpNodeThatIsValid(String members) {
        assertThat(AgentValidator.faults(Agents.of(mcp(members)))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            null        | /workflow/1/output   | is required
            5           | /workflow/1/output   | is required
            ''          | /workflow/1/output   | must be the key
            ['a', 5]    | /workflow/1/output/1 | must be the key
            ['a','key'] | /workflow/1/output/1 | returns key, which is secret
            'key'       | /workflow/1/output   | returns key, which is secret
            """)
    void aFaultOfAReturnIsFound(String output, String pointer, String message) {
        assertThat(AgentValidator.faults(Agents.of(prompt("'apikey': '{key}'"), returning(output))))
                .singleElement()
                .satisfies(fault -> {
                    assertThat(fault.pointer()).isEqualTo(pointer);
                    assertThat(fault.message()).contains(message);
                });
    }

    @Test
    void aReturnMayNameWhatOnlyTheRunBrings() {
        assertThat(AgentValidator.faults(Agents.of(returning("['anything', 'a']"))))
                .isEmpty();
        assertThat(AgentValidator.faults(Agents.of(returning("[]")))).isEmpty();
    }

    @Test
    void aTextMayMentionTheOutputsOfEarlierNodesAndTheFieldsOfTheForm() {
        ObjectNode agent = Agents.of(
                prompt("'output': 'first'"),
                mcp("'user': '{first} {x1} {x2} {x3} {x4} {x5}', 'output': 'second'"),
                prompt("'user': '{first} {second}'"));
        agent.set(
                "fields",
                json("[{'name': 'x1'}, {'key': 'x2'}, {'variable': 'x3'}, {'id': 'x4'}, 'x5', {'label': 'x6'}]"));
        assertThat(AgentValidator.faults(agent)).isEmpty();
        ((ObjectNode) agent.path("workflow").get(0)).put("user", "{second} {x6}");
        assertThat(AgentValidator.faults(agent)).extracting(Fault::pointer).containsExactly("/workflow/0/user");
    }

    @Test
    void aSecretOfOneNodeIsSecretInAllNodes() {
        ObjectNode agent = Agents.of(
                prompt("'system': 'about {token}'"),
                mcp(
                        "'config': {'mcpServers': {'x': {'url': 'https://m.test/{b}', 'headers': {'A': 'Bearer {token}'}}}}"),
                prompt("'model': '{b}'"));
        assertThat(AgentValidator.faults(agent))
                .extracting(Fault::pointer)
                .containsExactly("/workflow/0/system", "/workflow/2/model");
    }

    @Test
    void theEarlySpellingsOfTypesCount() {
        assertThat(AgentValidator.faults(Agents.of(
                        prompt("'type': 'PromptNode'"),
                        mcp("'type': 'McpNode'"),
                        returning("'out'").replace("'return'", "'ReturnNode'"))))
                .isEmpty();
    }

    @Test
    void faultsComeInTheOrderOfTheDocument() {
        ObjectNode agent = Agents.of(prompt("'llm': 'x', 'output': null"), "{'type': 'y'}");
        agent.set("fields", json("5"));
        assertThat(AgentValidator.faults(agent))
                .extracting(Fault::pointer)
                .containsExactly("/fields", "/workflow/0/llm", "/workflow/0/output", "/workflow/1/type");
    }

    @Test
    void aTextThatLooksSealedIsRefusedWhereverItIs() {
        ObjectNode agent = Agents.of(prompt("'apikey': 'sealed:v1:x'"));
        agent.set("fields", json("[{'default': 'sealed:v1:x'}]"));
        assertThat(AgentValidator.faults(agent))
                .extracting(Fault::pointer)
                .containsExactly("/fields/0/default", "/workflow/0/apikey");
    }

    @Test
    void limitsAreKept() {
        ObjectNode many = Agents.of();
        ArrayNode workflow = many.putArray("workflow");
        JsonNode node = json(returning("'a'"));
        for (int i = 0; i <= AgentLimits.MAX_NODES; i++) {
            workflow.add(node);
        }
        assertThat(AgentValidator.faults(many))
                .extracting(Fault::message)
                .containsExactly("must have at most 100 nodes");
        ObjectNode large = Agents.of(prompt("'user': '" + "x".repeat(1 << 20) + "'"));
        assertThat(AgentValidator.faults(large)).singleElement().satisfies(fault -> assertThat(fault.message())
                .contains("larger than"));
        ObjectNode busy = Agents.of(prompt("'user': '" + "{a}".repeat(1_001) + "'"));
        assertThat(AgentValidator.faults(busy)).singleElement().satisfies(fault -> assertThat(fault.message())
                .contains("more than 1000 references"));
        ObjectNode faulty = Agents.of();
        ArrayNode fields = faulty.putArray("fields");
        for (int i = 0; i < 2 * AgentLimits.MAX_FAULTS; i++) {
            fields.add(5);
            faulty.withObject("/variables").putArray("x" + i);
        }
        assertThat(AgentValidator.faults(faulty)).hasSize(AgentLimits.MAX_FAULTS);
    }
}
