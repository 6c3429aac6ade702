package dev.continuo.worker.connector.ai;

import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleAnswer.Fault;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What providers are asked and what their answers are read as, over real wire formats. */
class ProvidersTest {
    private static final String TEXT = "Zwölf Boxkämpfer jagen 😀 quer\nüber den großen Deich.";
    private static final Sampling ALL = new Sampling(
            OptionalDouble.of(0.5), OptionalDouble.of(0.9), OptionalInt.of(77), List.of("END", "\n\nUser:"));
    private static final Tool TOOL = new Tool("weather", "Tells the weather", json("{'type':'object'}"));

    private final ProviderFixture fixture = new ProviderFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private static final CompletionRequest FULL = new CompletionRequest(
            "owner/model",
            Optional.of("key-of-the-task"),
            Optional.of("Be brief."),
            List.of(
                    new Message.User("How is the weather?"),
                    new Message.Assistant("Let me see.", List.of(new ToolCall("c1", "weather", json("{'in':'Ulm'}")))),
                    new Message.ToolResult("c1", "rain", false),
                    new Message.ToolResult("c2", "no such tool", true),
                    new Message.User("And tomorrow?")),
            List.of(TOOL),
            ALL,
            true);

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai", "replicate"})
    void anAnswerIsReadFromItsStreamWithItsUsage(String provider) {
        fixture.answering(new SampleAnswer.Text(TEXT));
        Completion completion = (Completion) fixture.complete(provider, ProviderFixture.ask("Say it"));
        assertThat(completion.text()).isEqualTo(TEXT);
        assertThat(completion.finishReason()).isEqualTo(FinishReason.STOP);
        assertThat(completion.usage().promptTokens()).isEqualTo(10);
        assertThat(completion.usage().completionTokens()).isPositive();
        assertThat(completion.model()).isEqualTo("owner/model");
        assertThat(fixture.progress).isSorted().last().isEqualTo(TEXT.length());
        assertThat(fixture.asked().lastUserText()).isEqualTo("Say it");
        assertThat(fixture.registry
                        .get("continuo.model.tokens")
                        .tags("provider", provider, "kind", "prompt")
                        .counter()
                        .count())
                .isEqualTo(10);
        assertThat(fixture.registry
                        .get("continuo.model.requests")
                        .tags("provider", provider, "outcome", "answered")
                        .timer()
                        .count())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "claude,LENGTH,LENGTH",
        "claude,REFUSAL,CONTENT_FILTER",
        "openai,LENGTH,LENGTH",
        "openai,REFUSAL,CONTENT_FILTER"
    })
    void theReasonOfTheEndIsKept(String provider, Fault fault, FinishReason expected) {
        fixture.answering(new SampleAnswer.Broken("half of", fault));
        Completion completion = (Completion) fixture.complete(provider, ProviderFixture.ask("?"));
        assertThat(completion.finishReason()).isEqualTo(expected);
        assertThat(completion.text()).isEqualTo("half of");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai"})
    void toolCallsArePutTogetherFromTheirPieces(String provider) {
        fixture.answering(new SampleAnswer.Calls(
                "Let me see.",
                List.of(
                        new SampleAnswer.Call("c1", "weather", "{\"in\": \"Neu-Ulm\", \"days\": [1, 2]}"),
                        new SampleAnswer.Call("c2", "time", ""))));
        Completion completion = (Completion) fixture.complete(provider, ProviderFixture.ask("?"));
        assertThat(completion.finishReason()).isEqualTo(FinishReason.TOOL_CALLS);
        assertThat(completion.text()).isEqualTo("Let me see.");
        assertThat(completion.calls())
                .containsExactly(
                        new ToolCall("c1", "weather", json("{'in':'Neu-Ulm','days':[1,2]}")),
                        new ToolCall("c2", "time", json("{}")));
    }

    @Test
    void anthropicIsAskedInItsOwnForm() {
        fixture.answering(new SampleAnswer.Text("{}"));
        fixture.complete("claude", FULL);
        SampleQuestion asked = fixture.asked();
        assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /v1/messages");
        assertThat(asked.header("x-api-key")).contains("key-of-the-task");
        assertThat(asked.header("anthropic-version")).contains("2023-06-01");
        JsonNode body = asked.body();
        assertThat(body.path("system").asText()).startsWith("Be brief.\n\n").contains("JSON");
        assertThat(body.path("messages")).isEqualTo(json("""
                {'m': [{'role': 'user', 'content': [{'type': 'text', 'text': 'How is the weather?'}]},
                  {'role': 'assistant', 'content': [{'type': 'text', 'text': 'Let me see.'},
                    {'type': 'tool_use', 'id': 'c1', 'name': 'weather', 'input': {'in': 'Ulm'}}]},
                  {'role': 'user', 'content': [
                    {'type': 'tool_result', 'tool_use_id': 'c1', 'content': 'rain'},
                    {'type': 'tool_result', 'tool_use_id': 'c2', 'content': 'no such tool', 'is_error': true},
                    {'type': 'text', 'text': 'And tomorrow?'}]}]}""").path("m"));
        assertThat(body.path("tools"))
                .isEqualTo(
                        json("{'t': [{'name': 'weather', 'description': 'Tells the weather', 'input_schema': {'type': 'object'}}]}")
                                .path("t"));
        assertThat(body.path("max_tokens").asInt()).isEqualTo(77);
        assertThat(body.path("temperature").asDouble()).isEqualTo(0.5);
        assertThat(body.path("top_p").asDouble()).isEqualTo(0.9);
        assertThat(body.path("stop_sequences")).hasSize(2);
        assertThat(body.path("stream").asBoolean()).isTrue();
    }

    @Test
    void anthropicGetsALimitOfTokensAndNoBlankTextsWhereARequestHasNone() {
        fixture.answering(new SampleAnswer.Text("x"));
        CompletionRequest request = ProviderFixture.ask("x")
                .withMessages(
                        List.of(new Message.User("a"), new Message.Assistant(" ", List.of()), new Message.User("b")));
        fixture.complete("claude", request);
        assertThat(fixture.asked().body().path("max_tokens").asInt()).isPositive();
        assertThat(fixture.asked().body().has("system")).isFalse();
        assertThat(fixture.asked().body().path("messages"))
                .allSatisfy(message -> assertThat(message.path("content")).isNotEmpty());
    }

    @Test
    void chatCompletionsAreAskedInTheirOwnForm() {
        fixture.answering(new SampleAnswer.Text("{}"));
        fixture.complete("openai", FULL);
        SampleQuestion asked = fixture.asked();
        assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /v1/chat/completions");
        assertThat(asked.header("authorization")).contains("Bearer key-of-the-task");
        JsonNode body = asked.body();
        assertThat(body.at("/messages/0/role").asText()).isEqualTo("system");
        assertThat(body.at("/messages/2")).isEqualTo(json("""
                {'role': 'assistant', 'content': 'Let me see.', 'tool_calls': [{'id': 'c1', 'type': 'function',
                 'function': {'name': 'weather', 'arguments': '{\\'in\\':\\'Ulm\\'}'}}]}"""));
        assertThat(body.at("/messages/3")).isEqualTo(json("{'role': 'tool', 'tool_call_id': 'c1', 'content': 'rain'}"));
        assertThat(body.at("/messages/4/content").asText()).isEqualTo("Error: no such tool");
        assertThat(body.at("/tools/0/function/parameters")).isEqualTo(json("{'type':'object'}"));
        assertThat(body.path("response_format")).isEqualTo(json("{'type':'json_object'}"));
        assertThat(body.path("max_tokens").asInt()).isEqualTo(77);
        assertThat(body.at("/stream_options/include_usage").asBoolean()).isTrue();
        assertThat(body.path("stop")).hasSize(2);
    }

    @Test
    void replicateIsAskedForAPredictionOfAModel() {
        fixture.answering(new SampleAnswer.Text("hm"));
        fixture.complete(
                "replicate",
                new CompletionRequest(
                        "owner/model",
                        Optional.of("key-of-the-task"),
                        Optional.of("Be brief."),
                        List.of(new Message.User("a"), new Message.Assistant("b", List.of()), new Message.User("c")),
                        List.of(),
                        ALL,
                        false));
        SampleQuestion asked = fixture.asked();
        assertThat(asked.method() + " " + asked.path()).isEqualTo("POST /v1/models/owner/model/predictions");
        assertThat(asked.header("authorization")).contains("Bearer key-of-the-task");
        JsonNode input = asked.body().path("input");
        assertThat(input.path("prompt").asText()).isEqualTo("User: a\n\nAssistant: b\n\nUser: c\n\nAssistant:");
        assertThat(input.path("system_prompt").asText()).isEqualTo("Be brief.");
        assertThat(input.path("max_tokens").asInt()).isEqualTo(77);
        assertThat(input.path("stop_sequences").asText()).isEqualTo("END,\n\nUser:");
        assertThat(fixture.server().questions())
                .extracting(SampleQuestion::path)
                .containsExactly(
                        "/v1/models/owner/model/predictions", "/v1/streams/prediction1", "/v1/predictions/prediction1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"owner/model:%s", "%s"})
    void aVersionOfAModelOnReplicateIsAskedForByItsId(String model) {
        fixture.answering(new SampleAnswer.Text("hm"));
        String version = "0123456789abcdef".repeat(4);
        CompletionRequest request = new CompletionRequest(
                model.formatted(version),
                Optional.empty(),
                Optional.empty(),
                List.of(new Message.User("x")),
                List.of(),
                Sampling.DEFAULTS,
                false);
        fixture.complete("replicate", request);
        assertThat(fixture.asked().path()).isEqualTo("/v1/predictions");
        assertThat(fixture.asked().body().path("version").asText()).isEqualTo(version);
    }

    @Test
    void aPredictionWithoutAStreamIsLookedAtUntilItIsOver() {
        fixture.answering(
                question -> new SampleAnswer.Text(TEXT), false, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
        Completion completion = (Completion) fixture.complete("replicate", ProviderFixture.ask("?"));
        assertThat(completion.text()).isEqualTo(TEXT);
        assertThat(fixture.server().questions()).hasSizeGreaterThan(3);
    }

    @ParameterizedTest
    @CsvSource({"claude,x-api-key,", "openai,authorization,Bearer ", "replicate,authorization,Bearer "})
    void theServersKeyStandsInForATaskThatBringsNone(String provider, String header, String scheme) {
        fixture.answering(new SampleAnswer.Text("x"));
        fixture.complete(provider, ProviderFixture.ask("?"));
        String before = Optional.ofNullable(scheme).map(word -> word + " ").orElse("");
        assertThat(fixture.server().questions())
                .allSatisfy(asked -> assertThat(asked.header(header)).contains(before + ProviderFixture.SERVER_KEY));
    }

    @Test
    void embeddingsComeInTheOrderOfTheTexts() {
        fixture.answering(new SampleAnswer.Text(""));
        Embeddings embeddings = fixture.connectors.on(() -> fixture.providers()
                .find("openai")
                .orElseThrow()
                .embed(
                        new EmbeddingRequest("small", Optional.empty(), List.of("a", "b", "a"), OptionalInt.of(5)),
                        fixture.connectors.cancellation));
        assertThat(embeddings.vectors()).hasSize(3).allSatisfy(vector -> assertThat(vector)
                .hasSize(5));
        assertThat(embeddings.vectors().get(0)).isEqualTo(embeddings.vectors().get(2));
        assertThat(embeddings.vectors().get(0))
                .isNotEqualTo(embeddings.vectors().get(1));
        assertThat(embeddings.usage().promptTokens()).isEqualTo(5);
        assertThat(fixture.asked().path()).isEqualTo("/v1/embeddings");
    }

    @ParameterizedTest
    @CsvSource({"claude,claude", "Anthropic,claude", "openai,openai", "OPENAI,openai", "replicate,replicate", "gpt,''"})
    void providersAreFoundByTheNamesThatPeopleUse(String name, String expected) {
        fixture.answering(new SampleAnswer.Text(""));
        assertThat(fixture.providers().find(name).map(ModelProvider::name).orElse(""))
                .isEqualTo(expected);
    }

    @Test
    void noRequestShowsItsKey() {
        assertThat(FULL.toString()).doesNotContain("key-of-the-task").doesNotContain("weather");
        assertThat(new AiSettings.Service("http://h/", Optional.of("abc")).toString())
                .isEqualTo("http://h with a key");
    }
}
