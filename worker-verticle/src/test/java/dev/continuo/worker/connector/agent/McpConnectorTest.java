package dev.continuo.worker.connector.agent;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.status;
import static dev.continuo.worker.connector.mcp.FakeMcpServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleAnswer.Call;
import dev.continuo.embedded.sample.SampleAnswer.Fault;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.secret.UnsealFailure;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ai.ProviderFixture;
import dev.continuo.worker.connector.exchange.Receiving;
import dev.continuo.worker.connector.mcp.FakeMcpServer;
import dev.continuo.worker.connector.mcp.McpClients;
import dev.continuo.worker.connector.mcp.McpSettings;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class McpConnectorTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final RetryWish NEVER = new RetryWish.Never();
    private static final RetryWish BY_POLICY = new RetryWish.ByPolicy();
    private static final Map<String, String> VARIABLES = Map.of("key", "sk-s3cret", "token", "t0ken-of-weather");

    private final ProviderFixture model = new ProviderFixture();
    private final FakeMcpServer weather = new FakeMcpServer(model.connectors::upstream);

    @AfterEach
    void close() {
        model.close();
    }

    private ConnectorResult run(Function<SampleQuestion, SampleAnswer> answers, String members) {
        use(answers, (namespace, run) -> Future.succeededFuture(VARIABLES));
        return model.connectors.execute(input(members));
    }

    private void use(Function<SampleQuestion, SampleAnswer> answers, RunVariables variables) {
        model.answering(answers);
        model.connectors.use(() -> new McpConnector(new McpConnector.Parts(
                model.providers().find("claude").orElseThrow(),
                variables,
                McpClients.of(
                        model.connectors.vertx, McpSettings.DEFAULTS, new Receiving(64L << 20), InstantSource.system()),
                InstantSource.system())));
    }

    private ObjectNode input(String members) {
        ObjectNode input = json(members);
        if (!input.has("config")) {
            input.put("config", weather.url);
        }
        return input.has("user") ? input : input.put("user", "Do I need a coat in Bern?");
    }

    /** Asks for these calls first, and says this when it has their results. */
    private static Function<SampleQuestion, SampleAnswer> calling(String end, Call... calls) {
        return question -> results(question).isEmpty()
                ? new SampleAnswer.Calls("Let me see.", List.of(calls))
                : new SampleAnswer.Text(end);
    }

    private static List<JsonNode> results(SampleQuestion question) {
        return StreamSupport.stream(question.body().path("messages").spliterator(), false)
                .flatMap(message -> message.path("content").valueStream())
                .filter(block -> block.path("type").asText().equals("tool_result"))
                .toList();
    }

    private List<JsonNode> lastResults() {
        return results(model.server().questions().getLast());
    }

    private List<String> offered() {
        return StreamSupport.stream(model.asked().body().path("tools").spliterator(), false)
                .map(tool -> tool.path("name").asText())
                .toList();
    }

    private static JsonNode weatherOf(JsonNode arguments) {
        return text("12 °C in " + arguments.path("city").asText());
    }

    @Test
    void aModelUsesAToolAndAnswers() {
        weather.tool("forecast", arguments -> (ObjectNode) weatherOf(arguments));
        JsonNode output = completed(run(
                        calling("Take a coat.", new Call("c1", "forecast", "{\"city\":\"Bern\"}")),
                        "{'apikey':'{key}','model':'claude-test'}"))
                .output();
        assertThat(output.path("result").asText()).isEqualTo("Take a coat.");
        assertThat(output.path("finishReason").asText()).isEqualTo("STOP");
        assertThat(output.path("model").asText()).isEqualTo("claude-test");
        assertThat(output.path("steps").asInt()).isEqualTo(2);
        assertThat(output.path("toolCalls").asInt()).isEqualTo(1);
        assertThat(output.path("promptTokens").asLong()).isEqualTo(20);
        assertThat(output.path("tokenUsed").asLong())
                .isEqualTo(20 + output.path("completionTokens").asLong());
        assertThat(model.connectors.log.lines)
                .containsExactly("INFO Called forecast {\"city\":\"Bern\"}: 12 °C in Bern");
        assertThat(model.asked().header("x-api-key")).contains("sk-s3cret");
        assertThat(model.asked().body().at("/tools/0"))
                .isEqualTo(json("{'name':'forecast','description':'Does forecast','input_schema':{'type':'object',"
                        + "'properties':{}}}"));
        assertThat(lastResults()).singleElement().satisfies(result -> assertThat(result.toString())
                .contains("c1", "12 °C in Bern"));
        Await.until("the session is ended", LIMIT, () -> weather.openSessions() == 0);
    }

    @Test
    void aModelThatNeedsNoToolAnswersAtOnce() {
        weather.tool("forecast", "x");
        JsonNode output = completed(run(question -> new SampleAnswer.Text("Yes."), "{'maxSteps':1}"))
                .output();
        assertThat(output.path("result").asText()).isEqualTo("Yes.");
        assertThat(output.path("steps").asInt()).isEqualTo(1);
        assertThat(model.asked().body().path("model").asText()).isEqualTo(McpConnector.DEFAULT_MODEL);
    }

    @Test
    void toolsOfSeveralServersAreToldApart() {
        FakeMcpServer travel =
                new FakeMcpServer(model.connectors::upstream).withEvents().tool("forecast", "late trains");
        weather.tool("forecast", "12 °C");
        ObjectNode input = json("{'config':{'mcpServers':{'weather':{'type':'http'},'travel news':{}}}}");
        ((ObjectNode) input.at("/config/mcpServers/weather")).put("url", weather.url);
        ((ObjectNode) input.at("/config/mcpServers/travel news")).put("url", travel.url);
        completed(run(
                calling(
                        "Done.",
                        new Call("c1", "travel_news__forecast", "{}"),
                        new Call("c2", "weather__forecast", "{}")),
                input.toString()));
        assertThat(offered()).containsExactly("weather__forecast", "travel_news__forecast");
        assertThat(model.connectors.log.lines)
                .containsExactly(
                        "INFO Called travel_news__forecast {}: late trains", "INFO Called weather__forecast {}: 12 °C");
        assertThat(weather.seen("tools/call")).hasSize(1);
        assertThat(travel.seen("tools/call")).singleElement().satisfies(call -> assertThat(
                        call.message().at("/params/name").asText())
                .isEqualTo("forecast"));
    }

    @Test
    void namesThatAModelCannotUseAreChangedAndStayApart() {
        String tooLong = "a".repeat(80);
        weather.tool("files/read", "slash").tool("files.read", "dot").tool(tooLong, "long");
        completed(run(
                calling("Done.", new Call("c1", "files_read_2", "{}"), new Call("c2", "a".repeat(64), "{}")), "{}"));
        assertThat(offered()).containsExactly("files_read", "files_read_2", "a".repeat(64));
        assertThat(weather.seen("tools/call"))
                .extracting(call -> call.message().at("/params/name").asText())
                .containsExactly("files.read", tooLong);
    }

    @Test
    void whatIsWrongWithACallIsForTheModelToKnow() {
        weather.tool("broken", arguments -> text("no sensor").put("isError", true))
                .tool("refused", "x");
        weather.fault("tools/call", (request, message) -> {
            ObjectNode answer = json("{'jsonrpc':'2.0','error':{'code':-32602,'message':'city is missing'}}");
            answer.set("id", message.get("id"));
            request.response().putHeader("content-type", "application/json").end(answer.toString());
        });
        JsonNode output = completed(run(
                        calling(
                                "I could not find out.",
                                new Call("c1", "nobody", "{}"),
                                new Call("c2", "refused", "{}"),
                                new Call("c3", "broken", "{}")),
                        "{}"))
                .output();
        assertThat(output.path("toolCalls").asInt()).isEqualTo(3);
        assertThat(lastResults())
                .allSatisfy(result ->
                        assertThat(result.path("is_error").asBoolean()).isTrue())
                .extracting(result -> result.path("content").toString())
                .satisfiesExactly(
                        first -> assertThat(first).contains("There is no tool nobody"),
                        second -> assertThat(second).contains("city is missing"),
                        third -> assertThat(third).contains("no sensor"));
        assertThat(model.connectors.log.lines).anyMatch(line -> line.equals("INFO Called broken {}: error: no sensor"));
    }

    @Test
    void aModelThatNeverStopsAskingForToolsFailsForGood() {
        weather.tool("forecast", "12 °C");
        ConnectorResult.Failed failed = failed(run(
                question -> new SampleAnswer.Calls("", List.of(new Call("c", "forecast", "{}"))), "{'maxSteps':'3'}"));
        assertThat(failed.reason())
                .isEqualTo("The model asked for more tools after 3 steps, which is the node's maxSteps");
        assertThat(failed.retry()).isEqualTo(NEVER);
        assertThat(model.server().questions()).hasSize(3);
        assertThat(weather.seen("tools/call")).hasSize(2);
    }

    @Test
    void onlySoManyCallsOfOneStepAreMade() {
        weather.tool("forecast", "12 °C");
        Call[] many = IntStream.range(0, 40)
                .mapToObj(i -> new Call("c" + i, "forecast", "{}"))
                .toArray(Call[]::new);
        completed(run(calling("Done.", many), "{}"));
        assertThat(weather.seen("tools/call")).hasSize(32);
        assertThat(lastResults()).hasSize(40);
        assertThat(lastResults().getLast().toString()).contains("More than 32 calls at once");
    }

    @Test
    void anAnswerThatWasCutOffIsKept() {
        weather.tool("forecast", "12 °C");
        JsonNode output = completed(run(question -> new SampleAnswer.Broken("Take a", Fault.LENGTH), "{}"))
                .output();
        assertThat(output.path("result").asText()).isEqualTo("Take a");
        assertThat(output.path("finishReason").asText()).isEqualTo("LENGTH");
    }

    @Test
    void aLongResultIsCutOffForTheModelAndInTheLog() {
        weather.tool("book", "word ".repeat(100_000));
        completed(run(calling("Done.", new Call("c1", "book", "{}")), "{}"));
        assertThat(lastResults().getFirst().toString())
                .hasSizeLessThan(110_000)
                .contains("cut off: 500000 characters in all");
        assertThat(model.connectors.log.lines)
                .singleElement()
                .satisfies(line -> assertThat(line).hasSizeLessThan(400).endsWith("…"));
    }

    @Test
    void aConversationIsBounded() {
        weather.tool("book", "word ".repeat(20_000));
        ConnectorResult.Failed failed = failed(
                run(question -> new SampleAnswer.Calls("", List.of(new Call("c", "book", "{}"))), "{'maxSteps':50}"));
        assertThat(failed.reason()).isEqualTo("The conversation with the model is longer than 2000000 characters");
        assertThat(failed.retry()).isEqualTo(NEVER);
    }

    @Test
    void secretsOfServersAreSentToThemAndHiddenEverywhereElse() {
        weather.tool("whoami", "you are t0ken-of-weather");
        ObjectNode input = json("{'apikey':'{key}','config':{'headers':{'Authorization':'Bearer {token}'}}}");
        ((ObjectNode) input.path("config")).put("url", weather.url);
        completed(run(calling("Done.", new Call("c1", "whoami", "{}")), input.toString()));
        assertThat(weather.seen("tools/call").getFirst().headers().get("authorization"))
                .isEqualTo("Bearer t0ken-of-weather");
        assertThat(model.connectors.log.hidden).contains("sk-s3cret", "t0ken-of-weather");
        assertThat(model.connectors.log.text()).contains("you are ***").doesNotContain("t0ken");
        assertThat(model.asked().body().toString()).doesNotContain("t0ken-of-weather");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'config':7}                                          | config must be the URL of an MCP server, or an object",
                "{'config':{}}                                         | config.url is missing",
                "{'config':{'url':'ftp://h/'}}                         | config.url must begin with http:// or https://",
                "{'config':{'command':'npx','args':['server']}}        | servers over stdio are not supported",
                "{'config':{'mcpServers':{}}}                          | at least one server",
                "{'config':{'mcpServers':{'a':{'command':'npx'}}}}     | config.mcpServers.a: servers over stdio",
                "{'config':{'mcpServers':{'a':{'type':'sse','url':'http://h/'}}}} | config.mcpServers.a.type must be http",
                "{'config':{'url':'http://h/','headers':'x'}}          | headers must be an object",
                "{'config':'http://h/{nobody}'}                        | config needs the variable nobody",
                "{'apikey':'{nobody}'}                                 | apikey needs the variable nobody",
                "{'user':' '}                                          | user is empty",
                "{'maxSteps':0}                                        | maxSteps must be a whole number from 1 to 50",
                "{'maxSteps':51}                                       | maxSteps must be a whole number from 1 to 50",
                "{'maxSteps':1.5}                                      | maxSteps must be a whole number from 1 to 50",
                "{'maxSteps':'many'}                                   | maxSteps must be a number",
            })
    void anInputThatCannotBeDoneFailsForGood(String members, String reason) {
        ConnectorResult.Failed failed = failed(run(question -> new SampleAnswer.Text("x"), members));
        assertThat(failed.reason()).contains(reason);
        assertThat(failed.retry()).isEqualTo(NEVER);
        assertThat(model.server().questions()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"401, true", "404, true", "429, false", "500, false"})
    void aServerThatDoesNotListItsToolsFailsTheAttempt(int status, boolean forGood) {
        weather.fault("initialize", status(status, "no"));
        ConnectorResult.Failed failed = failed(run(question -> new SampleAnswer.Text("x"), "{}"));
        assertThat(failed.reason()).contains("HTTP " + status, weather.url);
        assertThat(failed.retry()).isEqualTo(forGood ? NEVER : BY_POLICY);
        assertThat(model.server().questions()).isEmpty();
    }

    @Test
    void aServerThatDoesNotAnswerACallFailsTheAttempt() {
        weather.tool("forecast", "x").fault("tools/call", (request, message) -> request.response()
                .setStatusCode(503)
                .putHeader("retry-after", "7")
                .end());
        ConnectorResult.Failed failed = failed(run(calling("Done.", new Call("c1", "forecast", "{}")), "{}"));
        assertThat(failed.reason()).contains("HTTP 503");
        assertThat(failed.retry()).isEqualTo(new RetryWish.NotBefore(Duration.ofSeconds(7)));
        assertThat(model.connectors.log.lines).containsExactly("INFO Called forecast {}: no answer");
        Await.until("the session is ended", LIMIT, () -> weather.openSessions() == 0);
    }

    @Test
    void aModelThatFailsInTheMiddleFailsTheAttempt() {
        weather.tool("forecast", "x");
        ConnectorResult.Failed failed = failed(run(
                question -> results(question).isEmpty()
                        ? new SampleAnswer.Calls("", List.of(new Call("c1", "forecast", "{}")))
                        : ProviderFixture.status(429, "{\"error\":{\"message\":\"slow down\"}}", "Retry-After", "5"),
                "{}"));
        assertThat(failed.reason()).contains("429", "slow down");
        assertThat(failed.retry()).isEqualTo(new RetryWish.NotBefore(Duration.ofSeconds(5)));
    }

    @Test
    void tooManyToolsForAModelFailForGood() {
        for (int i = 0; i < 201; i++) {
            weather.tool("t" + i, "x");
        }
        ConnectorResult.Failed failed = failed(run(question -> new SampleAnswer.Text("x"), "{}"));
        assertThat(failed.reason()).contains("201 tools, more than the 200");
        assertThat(failed.retry()).isEqualTo(NEVER);
    }

    @Test
    void toolsThatAllNeedAnotherNameDoNotHoldUpTheEventLoop() {
        String same = "n".repeat(64);
        for (int i = 0; i < 1000; i++) {
            weather.tool(same + i, "x");
        }
        ObjectNode servers = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 16; i++) {
            servers.put(same + i, weather.url);
        }
        ObjectNode input = json("{}");
        input.putObject("config").set("mcpServers", servers);
        ConnectorResult.Failed failed = failed(run(question -> new SampleAnswer.Text("x"), input.toString()));
        // A thread that was blocked fails the test.
        assertThat(failed.reason()).contains("16000 tools, more than the 200");
    }

    @Test
    void aSecretThatCannotBeOpenedFailsForGood() {
        use(
                question -> new SampleAnswer.Text("x"),
                (namespace, run) -> Future.failedFuture(new UnsealFailure("no such key")));
        ConnectorResult.Failed failed = failed(model.connectors.execute(input("{}")));
        assertThat(failed.reason()).contains("cannot be read: no such key");
        assertThat(failed.retry()).isEqualTo(NEVER);
    }

    @Test
    void aCancelledExecutionLeavesItsServers() {
        AtomicBoolean asked = new AtomicBoolean();
        AtomicBoolean gone = new AtomicBoolean();
        weather.tool("slow", "x").fault("tools/call", (request, message) -> {
            request.connection().closeHandler(v -> gone.set(true));
            asked.set(true);
        });
        use(calling("Done.", new Call("c1", "slow", "{}")), (namespace, run) -> Future.succeededFuture(VARIABLES));
        Future<ConnectorResult> result =
                model.connectors.on(() -> Future.succeededFuture(model.connectors.start(input("{}"))));
        Await.until("the tool is called", LIMIT, asked::get);
        model.connectors.on(() -> {
            model.connectors.cancellation.cancel();
            return Future.succeededFuture();
        });
        Await.until("the call is cut", LIMIT, () -> gone.get() && result.isComplete());
    }
}
