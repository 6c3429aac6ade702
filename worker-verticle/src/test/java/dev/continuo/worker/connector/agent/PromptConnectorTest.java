package dev.continuo.worker.connector.agent;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleAnswer.Fault;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ai.ProviderFixture;
import io.vertx.core.Future;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromptConnectorTest {
    private static final Map<String, String> VARIABLES = Map.of("replicateKey", " r8_very-secret ", "genre", "noir");
    private static final String INPUT = "{'llm':'%s','model':'owner/model','user':'Tell me','apikey':'{replicateKey}'}";

    private final ProviderFixture fixture = new ProviderFixture();
    private final AtomicReference<Instant> now = new AtomicReference<>(ProviderFixture.NOW);

    @AfterEach
    void close() {
        fixture.close();
    }

    private ConnectorResult prompted(ObjectNode input, RunVariables variables) {
        InstantSource clock = now::get;
        fixture.connectors.use(() -> new PromptConnector(fixture.providers(), variables, clock));
        return fixture.connectors.execute(input);
    }

    private ConnectorResult prompted(ObjectNode input) {
        return prompted(input, (namespace, run) -> Future.succeededFuture(VARIABLES));
    }

    private static ObjectNode input(String llm) {
        return json(INPUT.formatted(llm));
    }

    @ParameterizedTest
    @CsvSource({
        "claude,x-api-key,r8_very-secret",
        "openai,authorization,Bearer r8_very-secret",
        "replicate,authorization,Bearer r8_very-secret"
    })
    void aPromptIsAnsweredByItsProviderWithTheKeyOfTheRun(String llm, String header, String sent) {
        fixture.answering(new SampleAnswer.Text("It was a dark and stormy night."));
        ObjectNode input =
                input(llm).put("system", "Be brief.").put("temperature", 0.7).put("maxTokens", 99);
        assertThat(completed(prompted(input)).output().toString())
                .matches(
                        "\\{\"result\":\"It was a dark and stormy night.\",\"finishReason\":\"STOP\","
                                + "\"model\":\"owner/model\",\"promptTokens\":10,\"completionTokens\":\\d+,\"tokenUsed\":\\d+}");
        assertThat(fixture.asked().header(header)).contains(sent);
        assertThat(fixture.asked().lastUserText()).isEqualTo("Tell me");
        assertThat(fixture.asked().body().toString()).contains("Be brief.", "0.7", "99");
        assertThat(fixture.connectors.log.hidden).contains("r8_very-secret");
        assertThat(fixture.connectors.log.lines).as("nothing of the protocol").isEmpty();
    }

    @Test
    void aLongAnswerTellsHowItComesAlong() {
        fixture.answering(new SampleAnswer.Text("x".repeat(1_204 + 8)));
        RunVariables none = (namespace, run) -> Future.succeededFuture(Map.of());
        // Each piece of 8 characters takes 20 ms, as the connector's clock has it.
        InstantSource clock = () -> now.getAndUpdate(before -> before.plusMillis(20));
        fixture.connectors.use(() -> new PromptConnector(fixture.providers(), none, clock));
        completed(fixture.connectors.execute(json("{'llm':'claude','model':'m','user':'?'}")));
        assertThat(fixture.connectors.log.lines)
                .hasSize(1)
                .allMatch(line -> line.matches("INFO 800 characters so far"));
    }

    @Test
    void aValueThatIsNoTextIsAskedAsJson() {
        fixture.answering(new SampleAnswer.Text("ok"));
        ObjectNode input = input("openai");
        input.set("user", json("{'a':1}"));
        completed(prompted(input));
        assertThat(fixture.asked().lastUserText()).isEqualTo("{\"a\":1}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'llm':'gpt','model':'m','user':'x'}                          | llm is \"gpt\", but must be one of anthropic, claude, openai, replicate",
                "{'llm':'claude','model':'m','user':'x','apikey':'{missing}'}   | apikey needs the variable missing, which there is not",
                "{'llm':'claude','model':'m','user':'x','apikey':'{genre'}      | apikey cannot be read",
                "{'llm':'claude','model':'m','user':' '}                        | user is empty",
                "{'llm':'replicate','model':'../x','user':'x'}                  | a model of replicate is owner/name",
            })
    void whatCannotBeAskedFailsForGood(String input, String reason) {
        fixture.answering(new SampleAnswer.Text("ok"));
        ConnectorResult.Failed failed = failed(prompted(json(input)));
        assertThat(failed.reason()).contains(reason);
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        assertThat(fixture.server().questions()).isEmpty();
    }

    @Test
    void aFailureOfTheProviderIsTheFailureOfTheAttempt() {
        fixture.answering(ProviderFixture.status(
                429, "{\"error\":{\"message\":\"r8_very-secret is too fast\"}}", "Retry-After", "5"));
        ConnectorResult.Failed failed = failed(prompted(input("claude")));
        assertThat(failed.reason())
                .isEqualTo("claude answered HTTP 429 Too Many Requests: *** is too fast (it asks to wait 5.0 s)");
        assertThat(failed.retry()).isEqualTo(new RetryWish.NotBefore(Duration.ofSeconds(5)));
    }

    @Test
    void anAnswerThatTheLimitCutIsKeptWithAWarning() {
        fixture.answering(new SampleAnswer.Broken("half", Fault.LENGTH));
        assertThat(completed(prompted(input("claude")))
                        .output()
                        .path("finishReason")
                        .asText())
                .isEqualTo("LENGTH");
        assertThat(fixture.connectors.log.text()).contains("WARN", "limit of tokens");
    }

    @Test
    void aSealedKeyOfTheNodeItselfIsOpened(@TempDir Path directory) throws IOException {
        Sealer sealer = new Sealer(Keyring.loadOrCreate(directory.resolve("key")));
        fixture.answering(new SampleAnswer.Text("ok"));
        RunVariables variables = new RunVariables() {
            @Override
            public Future<Map<String, String>> of(String namespace, UUID runId) {
                return Future.succeededFuture(Map.of());
            }

            @Override
            public String opened(String namespace, String sealed) {
                return sealer.unseal(sealed, namespace);
            }
        };
        completed(prompted(input("claude").put("apikey", sealer.seal("sk-{literal}", "ns")), variables));
        assertThat(fixture.asked().header("x-api-key")).contains("sk-{literal}");
        assertThat(fixture.connectors.log.hidden).contains("sk-{literal}");
        String alien = sealer.seal("sk", "another");
        ConnectorResult.Failed failed = failed(prompted(input("claude").put("apikey", alien), variables));
        assertThat(failed.reason()).contains("apikey cannot be read").doesNotContain(alien);
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
    }

    @Test
    void variablesThatCannotBeReadNowAreTriedAgain() {
        fixture.answering(new SampleAnswer.Text("ok"));
        ConnectorResult.Failed failed = failed(
                prompted(input("claude"), (namespace, run) -> Future.failedFuture(new IllegalStateException("away"))));
        assertThat(failed.reason()).isEqualTo("The variables cannot be read now");
        assertThat(failed.retry()).isEqualTo(new RetryWish.ByPolicy());
    }
}
