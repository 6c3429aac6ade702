package dev.continuo.worker.connector.mcp;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.status;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.exchange.Receiving;
import java.time.Duration;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** LIST_MCP_TOOLS and CALL_MCP_TOOL. */
class McpTasksTest {
    private final ConnectorFixture fixture = new ConnectorFixture();
    private final FakeMcpServer server = new FakeMcpServer(fixture::upstream);

    @AfterEach
    void close() {
        fixture.close();
    }

    private McpClients clients() {
        return McpClients.of(fixture.vertx, McpSettings.DEFAULTS, new Receiving(64L << 20), InstantSource.system());
    }

    private ConnectorResult list(String input) {
        fixture.use(() -> new ListMcpToolsConnector(clients()));
        return fixture.execute(input(input));
    }

    private ConnectorResult call(String input) {
        fixture.use(() -> new CallMcpToolConnector(clients()));
        return fixture.execute(input(input));
    }

    private ObjectNode input(String members) {
        ObjectNode input = json(members);
        if (!input.has("mcpServer")) {
            input.put("mcpServer", server.url);
        }
        return input;
    }

    @Test
    void toolsAreListedWithNameDescriptionAndSchema() {
        server.tool("a", "x").tool("b", "y");
        assertThat(completed(list("{'headers':{'X-Key':'k'}}")).output())
                .isEqualTo(json("{'tools':[{'name':'a','description':'Does a','inputSchema':{'type':'object',"
                        + "'properties':{}}},{'name':'b','description':'Does b','inputSchema':{'type':'object',"
                        + "'properties':{}}}]}"));
        assertThat(server.seen("tools/list").getFirst().headers().get("x-key")).isEqualTo("k");
        Await.until("the session is ended", Duration.ofSeconds(30), () -> server.openSessions() == 0);
    }

    @Test
    void aToolIsCalledAndItsTextsAreParsed() {
        server.tool("echo", arguments -> text(arguments.toString()));
        JsonNode output =
                completed(call("{'method':'echo','arguments':{'city':'Bern'}}")).output();
        assertThat(output)
                .isEqualTo(
                        json("{'content':[{'type':'text','text':'{\\'city\\':\\'Bern\\'}','parsed':{'city':'Bern'}}],"
                                + "'isError':false}"));
    }

    @Test
    void aTextThatIsNoJsonIsParsedAsItself() {
        server.tool("say", "[not json").tool("word", "12 °C");
        assertThat(completed(call("{'method':'say'}"))
                        .output()
                        .at("/content/0/parsed")
                        .asText())
                .isEqualTo("[not json");
        assertThat(completed(call("{'method':'word','arguments':''}"))
                        .output()
                        .at("/content/0/parsed")
                        .asText())
                .isEqualTo("12 °C");
    }

    @Test
    void aToolThatFailedCompletesTheTask() {
        server.tool("broken", arguments -> text("it rains").put("isError", true));
        assertThat(completed(call("{'method':'broken'}"))
                        .output()
                        .path("isError")
                        .asBoolean())
                .isTrue();
    }

    @Test
    void headersAreSecretsInTheLog() {
        server.tool("a", "x");
        completed(list("{'headers':{'Authorization':'Bearer s3cret','X-Team':'blue'}}"));
        assertThat(fixture.log.hidden).contains("Bearer s3cret", "s3cret").doesNotContain("blue");
    }

    @ParameterizedTest
    @CsvSource({"401, ", "404, ", "500, ", "429, 7"})
    void aFailureIsRetriedByPolicy(int status, Long retryAfter) {
        server.fault("initialize", (request, message) -> {
            if (retryAfter != null) {
                request.response().putHeader("retry-after", retryAfter.toString());
            }
            status(status, "no").accept(request, message);
        });
        ConnectorResult.Failed failed = failed(list("{}"));
        assertThat(failed.reason()).contains("HTTP " + status);
        assertThat(failed.retry())
                .isEqualTo(
                        retryAfter == null
                                ? new RetryWish.ByPolicy()
                                : new RetryWish.NotBefore(Duration.ofSeconds(retryAfter)));
    }

    @Test
    void whatAServerRepeatsOfASecretIsMasked() {
        server.fault("initialize", status(400, "bad token s3cret"));
        assertThat(failed(list("{'headers':{'Authorization':'Bearer s3cret'}}")).reason())
                .contains("bad token ***");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'mcpServer':''}                             | mcpServer is missing",
                "{'mcpServer':'stdio://npx server'}           | servers over stdio are not supported",
                "{'mcpServer':'ftp://h/'}                     | mcpServer must begin with http:// or https://",
                "{'mcpServer':'http://u:p@h/'}                | mcpServer must not carry a user name or password",
                "{'headers':[1]}                              | headers must be an object",
                "{'headers':{'a b':'c'}}                      | no header name",
                "{'headers':{'a':{'b':'c'}}}                  | headers.a must be a string",
            })
    void anInputThatNamesNoServerFailsWithAReason(String input, String reason) {
        assertThat(failed(list(input)).reason()).contains(reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                  | method is missing",
                "{'method':' '}                      | method is missing",
                "{'method':'x','arguments':[1]}      | arguments must be an object",
                "{'method':'nobody'}                 | error -32602: Unknown tool: nobody",
            })
    void aCallThatIsNoneFailsWithAReason(String input, String reason) {
        assertThat(failed(call(input)).reason()).contains(reason);
    }
}
