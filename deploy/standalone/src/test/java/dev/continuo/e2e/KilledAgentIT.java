package dev.continuo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.cli.Child;
import dev.continuo.demo.Callback;
import dev.continuo.demo.CallbackReceiver;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.testing.Await;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The standalone ends while a model answers the second prompt of an agent. */
class KilledAgentIT {
    /** The waits between attempts are drawn: mostly seconds, at times minutes. */
    private static final Duration LIMIT = Duration.ofMinutes(15);

    private static final String AGENT = """
            {id: 'two-steps', name: 'Two steps', description: 'Two prompts, one after the other',
             variables: {topic: 'snow', providerKey: 'key-of-the-provider'},
             workflow: [
               {type: 'prompt', name: 'First', llm: 'claude', model: 'sample-1', apikey: '{providerKey}',
                user: 'the first question about {topic}', output: 'first'},
               {type: 'prompt', name: 'Second', llm: 'claude', model: 'sample-1', apikey: '{providerKey}',
                user: 'the second question, after {first}', output: 'second'},
               {type: 'return', name: 'Return', output: ['first', 'second']}]}
            """;

    private static final String OUTPUT = "{first: 'an answer about rain', second: 'a whole answer'}";

    @TempDir
    private Path scratch;

    private volatile boolean endless = true;
    private SampleProvider provider;
    private CallbackReceiver receiver;

    @BeforeEach
    void open() throws IOException {
        provider = SampleProvider.start(this::answer);
        receiver = CallbackReceiver.start(0, callback -> {});
    }

    @AfterEach
    void close() {
        receiver.close();
        provider.close();
    }

    private SampleAnswer answer(SampleQuestion question) {
        if (question.lastUserText().equals("the first question about rain")) {
            return new SampleAnswer.Text("an answer about rain");
        }
        return endless
                ? new SampleAnswer.Broken("an answer that", SampleAnswer.Fault.DRIP)
                : new SampleAnswer.Text("a whole answer");
    }

    private long asked(String text) {
        return provider.questions().stream()
                .filter(question -> question.lastUserText().equals(text))
                .count();
    }

    private long askedFirst() {
        return asked("the first question about rain");
    }

    private long askedSecond() {
        return asked("the second question, after an answer about rain");
    }

    private Child launch() throws IOException {
        return new KeptStandalone(scratch).launch("--anthropic-base-url", provider.url());
    }

    private static AgentUser user(URI address) {
        return AgentUser.with(new Continuo(address), address, "killed");
    }

    /** Returns the task's id, when the second answer has begun and the receiver knows of the second node. */
    private String startedAndStreaming(AgentUser user) {
        ObjectNode input = Docs.object("{topic: 'rain'}");
        String task = user.run(user.create(Docs.object(AGENT)), input, Optional.of(receiver.url()));
        Await.until("the second answer streams", Continuo.LIMIT, () -> {
            JsonNode now = user.task(task);
            assertThat(now.path("status").asText()).as(now.toPrettyString()).isEqualTo("running");
            return askedSecond() == 1;
        });
        Await.until("the receiver has heard of it", Continuo.LIMIT, () -> receiver.received().stream()
                .anyMatch(callback -> AgentUser.logs(callback.task()).contains("Second: Running")));
        return task;
    }

    private void assertResumed(JsonNode task) {
        assertThat(task.path("output")).isEqualTo(Docs.object(OUTPUT));
        assertThat(AgentUser.logs(task))
                .containsSubsequence(
                        "First: Running",
                        "Response: an answer about rain",
                        "Second: Running",
                        "Response: a whole answer",
                        "Return: Running")
                .containsOnlyOnce("First: Running");
        assertThat(askedFirst()).as("calls of the first prompt's model").isEqualTo(1);
        assertThat(askedSecond()).as("calls of the second prompt's model").isEqualTo(2);
    }

    /** Mechanism: one message is under way at a time, and a new one only when there is news. */
    private void assertInOrder(List<Callback> callbacks, JsonNode task) {
        assertThat(callbacks).allMatch(Callback::verified);
        List<String> before = List.of();
        for (Callback callback : callbacks) {
            List<String> now = AgentUser.logs(callback.task());
            assertThat(now.subList(0, Math.min(before.size(), now.size())))
                    .as("the lines of the callback before, in " + now)
                    .isEqualTo(before);
            before = now;
        }
        assertThat(callbacks.getLast().task()).isEqualTo(task);
        assertThat(callbacks.stream().map(Callback::status).filter("complete"::equals))
                .as("final messages, each attempt")
                .hasSizeBetween(1, 2);
    }

    private void awaitFinal() {
        Await.until("the final callback", LIMIT, () -> receiver.received().stream()
                .anyMatch(callback -> callback.status().equals("complete")));
    }

    /** Mechanism: what a node came to is committed before the next begins; an ended lease brings the open one back. */
    @Test
    void theFirstPromptIsNotAskedAgainAndTheCallbacksGoOnInOrder() throws Exception {
        String key;
        String task;
        try (Child child = launch()) {
            AgentUser user = user(child.address());
            key = user.key();
            receiver.trust(user.newSigningSecret());
            task = startedAndStreaming(user);
            child.kill();
        }
        endless = false;
        try (Child child = launch()) {
            JsonNode done = new AgentUser(child.address(), key).await(task, "complete");
            assertResumed(done);
            awaitFinal();
            assertInOrder(receiver.received(), done);
            child.askToStop();
            assertThat(child.exitCode()).isZero();
        }
    }

    /** Mechanism: whether a task has news for its callback is state, not something that a process remembers. */
    @Test
    void theFinalCallbackComesWhenTheReceiverWasDownAtTheKillAndAtTheEnd() throws Exception {
        int port = receiver.port();
        String key;
        String secret;
        String task;
        List<Callback> before;
        try (Child child = launch()) {
            AgentUser user = user(child.address());
            key = user.key();
            secret = user.newSigningSecret();
            receiver.trust(secret);
            task = startedAndStreaming(user);
            receiver.close();
            before = receiver.received();
            child.kill();
        }
        endless = false;
        try (Child child = launch()) {
            JsonNode done = new AgentUser(child.address(), key).await(task, "complete");
            assertResumed(done);
            receiver = CallbackReceiver.start(port, callback -> {});
            receiver.trust(secret);
            awaitFinal();
            assertInOrder(receiver.received(), done);
            assertThat(AgentUser.logs(done))
                    .startsWith(AgentUser.logs(before.getLast().task()).toArray(String[]::new));
        }
    }
}
