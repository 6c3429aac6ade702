package dev.continuo.worker.connector.ai;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleAnswer.Fault;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.testing.Await;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import io.vertx.core.Future;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of everything that can go wrong with a provider. */
class ProviderFaultsTest {
    private static final Duration SILENCE = Duration.ofMillis(300);

    private final ProviderFixture fixture = new ProviderFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private ProviderFailure fails(String provider) {
        return (ProviderFailure) fixture.complete(provider, ProviderFixture.ask("?"));
    }

    @ParameterizedTest
    @CsvSource({
        "401,false", "403,false", "400,false", "404,false", "413,false", "422,false", "302,false",
        "408,true", "409,true", "429,true", "500,true", "502,true", "503,true", "529,true",
    })
    void aStatusTellsWhetherAnotherAttemptMayHelp(int status, boolean passes) {
        fixture.answering(ProviderFixture.status(
                status, "{\"type\":\"error\",\"error\":{\"type\":\"x_error\",\"message\":\"not like\\nthis\"}}"));
        for (String provider : ProviderFixture.NAMES) {
            ProviderFailure failure = fails(provider);
            assertThat(failure)
                    .hasMessageStartingWith(provider + " answered HTTP " + status)
                    .hasMessageContaining(": not like this");
            assertThat(failure.retry()).isEqualTo(passes ? new RetryWish.ByPolicy() : new RetryWish.Never());
        }
    }

    @ParameterizedTest
    @CsvSource({"retry-after,7,7000", "retry-after-ms,1500,1500", "retry-after,'Thu, 01 Jan 2026 00:01:00 GMT',60000"})
    void aWaitThatTheProviderAsksForIsKept(String header, String value, long millis) {
        fixture.answering(ProviderFixture.status(429, "{\"error\":{\"message\":\"slow down\"}}", header, value));
        for (String provider : ProviderFixture.NAMES) {
            ProviderFailure failure = fails(provider);
            assertThat(failure.retry()).isEqualTo(new RetryWish.NotBefore(Duration.ofMillis(millis)));
            assertThat(failure).hasMessageContaining("slow down").hasMessageContaining("asks to wait");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"error\":{\"message\":\"bad key key-of-the-server, sorry\"}} | : bad key ***, sorry",
                "{\"detail\":\"You did not pass a token\"}                      | : You did not pass a token",
                "{\"error\":\"nope\"}                                           | : nope",
                "<html>Bad gateway</html>                                       | : <html>Bad gateway</html>",
            })
    void theReasonIsTheProvidersOwnWithoutTheKey(String body, String expected) {
        fixture.answering(ProviderFixture.status(401, body));
        for (String provider : ProviderFixture.NAMES) {
            assertThat(fails(provider)).hasMessageContaining(expected).hasMessageNotContaining("key-of-the-server");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {280, 285, 290, 292, 296, 1190, 1196})
    void noPartOfTheKeyIsLeftWhereTheReasonIsCut(int before) {
        fixture.answering(ProviderFixture.status(
                401, "{\"error\":{\"message\":\"" + "x ".repeat(before / 2) + ProviderFixture.SERVER_KEY + "\"}}"));
        for (String provider : ProviderFixture.NAMES) {
            assertThat(fails(provider)).hasMessageNotContaining(ProviderFixture.SERVER_KEY.substring(0, 3));
        }
    }

    @Test
    void aReasonIsShort() {
        fixture.answering(ProviderFixture.status(400, "x".repeat(1 << 20)));
        assertThat(fails("claude").getMessage()).hasSizeLessThan(500);
    }

    @ParameterizedTest
    @CsvSource({
        "claude,CUT,before the response was complete",
        "openai,CUT,before the response was complete",
        "claude,UNFINISHED,ended its answer before it was complete",
        "openai,UNFINISHED,ended its answer before it was complete",
        "claude,MALFORMED,not JSON",
        "openai,MALFORMED,not JSON",
        "claude,OVERLOADED,broke off with overloaded_error: Overloaded",
        "openai,OVERLOADED,broke off: The server is overloaded",
        "replicate,OVERLOADED,the prediction has failed: CUDA out of memory",
    })
    void aStreamThatBreaksFailsTheAttemptForNow(String provider, Fault fault, String reason) {
        fixture.answering(new SampleAnswer.Broken("It was a dark and", fault));
        ProviderFailure failure = fails(provider);
        assertThat(failure).hasMessageStartingWith(provider).hasMessageContaining(reason);
        assertThat(failure.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"CUT", "UNFINISHED"})
    void aPredictionWhoseStreamBreaksIsReadFromItsResult(Fault fault) {
        fixture.answering(new SampleAnswer.Broken("It was a dark and", fault));
        Completion completion = (Completion) fixture.complete("replicate", ProviderFixture.ask("?"));
        assertThat(completion.text()).isEqualTo("It was a dark and");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai"})
    void aProviderThatFallsSilentIsNotWaitedForForEver(String provider) {
        fixture.answering(
                question -> new SampleAnswer.Broken("It was a", Fault.HANG), true, ExchangeSettings.DEFAULTS, SILENCE);
        ProviderFailure failure = fails(provider);
        assertThat(failure).hasMessage(provider + ": nothing came for 0.3 s");
        assertThat(failure.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai"})
    void anAnswerBeyondTheLimitIsCutOff(String provider) {
        fixture.answering(
                question -> new SampleAnswer.Broken("It was a", Fault.GIANT),
                true,
                ExchangeSettings.DEFAULTS.withMaxResponseBytes(100_000),
                AiSettings.DEFAULT_SILENCE);
        assertThat(fails(provider)).hasMessageContaining("longer than the limit of 100000 bytes");
    }

    @ParameterizedTest
    @ValueSource(strings = {"claude", "openai"})
    void aSlowDripEndsWithTheCancellation(String provider) {
        fixture.answering(new SampleAnswer.Broken("It was a", Fault.DRIP));
        AtomicInteger heard = new AtomicInteger();
        Object failure = fixture.complete(provider, ProviderFixture.ask("?"), characters -> {
            if (heard.incrementAndGet() == 10) {
                fixture.connectors.cancellation.cancel();
            }
        });
        assertThat(failure).isInstanceOf(ProviderFailure.class);
        assertThat(heard.get()).isEqualTo(10);
    }

    @Test
    void aPredictionThatNobodyWaitsForIsCancelled() {
        fixture.answering(
                question -> new SampleAnswer.Broken("It was a", Fault.HANG),
                true,
                ExchangeSettings.DEFAULTS,
                AiSettings.DEFAULT_SILENCE);
        Object failure = fixture.complete(
                "replicate", ProviderFixture.ask("?"), characters -> fixture.connectors.cancellation.cancel());
        assertThat(failure).isInstanceOf(ProviderFailure.class);
        Await.until("the prediction is cancelled", Duration.ofSeconds(20), () -> fixture.server()
                .canceled("prediction1"));
    }

    @Test
    void aProviderThatIsNotThereFailsForNow() throws IOException {
        fixture.at(
                "http://127.0.0.1:" + ConnectorFixture.freePort(),
                ExchangeSettings.DEFAULTS,
                AiSettings.DEFAULT_SILENCE);
        for (String provider : ProviderFixture.NAMES) {
            ProviderFailure failure = fails(provider);
            assertThat(failure)
                    .hasMessageStartingWith(provider + ": the connection to 127.0.0.1:")
                    .hasMessageContaining("was refused");
            assertThat(failure.retry()).isEqualTo(new RetryWish.ByPolicy());
        }
    }

    @Test
    void aStreamElsewhereIsListenedToOverTlsAlone() {
        List<SampleQuestion> elsewhere = new CopyOnWriteArrayList<>();
        String other = fixture.connectors.upstream(request -> {
            elsewhere.add(new SampleQuestion(request.method().name(), request.uri(), Map.of(), NullNode.getInstance()));
            request.response().end();
        });
        String own = fixture.connectors.upstream(request -> request.response()
                .putHeader("content-type", "application/json")
                .end("{\"id\":\"p\",\"status\":\"" + (request.method().name().equals("GET") ? "succeeded" : "starting")
                        + "\",\"output\":\"done\",\"urls\":{\"stream\":\"" + other + "/s\",\"get\":\"" + other
                        + "/g\",\"cancel\":\"" + other + "/c\"}}"));
        fixture.at(own, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
        Completion completion = (Completion) fixture.complete("replicate", ProviderFixture.ask("?"));
        assertThat(completion.text()).isEqualTo("done");
        assertThat(elsewhere).as("neither TLS nor the same origin").isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "claude,has no embeddings",
        "replicate,has no embeddings",
    })
    void whereThereAreNoEmbeddingsTheReasonSaysSo(String provider, String reason) {
        fixture.answering(new SampleAnswer.Text(""));
        EmbeddingRequest request = new EmbeddingRequest("m", Optional.empty(), List.of("a"), OptionalInt.empty());
        Throwable failure = fixture.connectors.on(() -> fixture.providers()
                .find(provider)
                .orElseThrow()
                .embed(request, fixture.connectors.cancellation)
                .<Throwable>map(embeddings -> new AssertionError(embeddings))
                .recover(Future::succeededFuture));
        assertThat(failure).hasMessageContaining(reason);
    }

    @ParameterizedTest
    @ValueSource(strings = {"two words", "line\r\nX-Injected: yes", "schlüssel"})
    void aKeyThatCannotBeOneIsNotSentAndNotRepeated(String key) {
        fixture.answering(new SampleAnswer.Text(""));
        CompletionRequest request = new CompletionRequest(
                "owner/model",
                Optional.of(key),
                Optional.empty(),
                List.of(new Message.User("?")),
                List.of(),
                Sampling.DEFAULTS,
                false);
        for (String provider : ProviderFixture.NAMES) {
            ProviderFailure failure = (ProviderFailure) fixture.complete(provider, request);
            assertThat(failure)
                    .hasMessageContaining("The API key for " + provider)
                    .hasMessageNotContaining(key);
            assertThat(failure.retry()).isEqualTo(new RetryWish.Never());
        }
        assertThat(fixture.server().questions()).isEmpty();
    }

    @Test
    void aStreamThatHasAReasonForItsEndIsCompleteWithoutItsLastWord() {
        String url = fixture.connectors.upstream(
                request -> request.response()
                        .putHeader("content-type", "text/event-stream")
                        .end(
                                "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}\n\n"));
        fixture.at(url, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
        Completion completion = (Completion) fixture.complete("openai", ProviderFixture.ask("?"));
        assertThat(completion.text()).isEqualTo("Hi");
        assertThat(completion.usage()).isEqualTo(Usage.NONE);
    }

    @Test
    void aCompatibleServerThatKnowsNoStreamsIsUnderstood() {
        String url = fixture.connectors.upstream(request ->
                request.response().putHeader("content-type", "application/json").end("""
                        {"model": "local", "usage": {"prompt_tokens": 3, "completion_tokens": 5}, "choices": [
                          {"index": 0, "finish_reason": "tool_calls", "message": {"role": "assistant", "content": "Hi",
                            "tool_calls": [
                              {"id": "a", "type": "function", "function": {"name": "one", "arguments": "{}"}},
                              {"id": "b", "type": "function", "function": {"name": "two", "arguments": "{\\"x\\":1}"}}]}}]}
                        """));
        fixture.at(url, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
        Completion completion = (Completion) fixture.complete("openai", ProviderFixture.ask("?"));
        assertThat(completion.text()).isEqualTo("Hi");
        assertThat(completion.model()).isEqualTo("local");
        assertThat(completion.usage()).isEqualTo(new Usage(3, 5));
        assertThat(completion.calls()).extracting(ToolCall::name).containsExactly("one", "two");
        assertThat(completion.calls()).extracting(ToolCall::id).containsExactly("a", "b");
    }

    @Test
    void anAnswerThatIsNoStreamFailsForNow() {
        String url = fixture.connectors.upstream(request ->
                request.response().putHeader("content-type", "application/json").end("{\"choices\":[]}"));
        fixture.at(url, ExchangeSettings.DEFAULTS, AiSettings.DEFAULT_SILENCE);
        for (String provider : List.of("claude", "openai")) {
            assertThat(fails(provider)).hasMessage(provider + " answered HTTP 200 OK without a stream of events");
        }
    }
}
