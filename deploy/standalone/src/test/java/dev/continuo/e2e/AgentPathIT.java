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
import dev.continuo.engine.Setting;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a user of agents does, over HTTP, with everything behind it real, and what of it others must not see. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class AgentPathIT {
    private static final String PROVIDER_KEY = "provider-key-of-the-agent";
    private static final String CALLERS_KEY = "provider-key-of-the-caller";
    private static final String WRITTEN_KEY = "provider-key-in-the-node";
    private static final String WRONG_KEY = "provider-key-that-is-wrong";
    private static final String TOOL_KEY = "key-of-the-tools";

    /** Longer than an agent's node would wait by itself before its second attempt. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Map<String, Deque<SampleAnswer>> script = new HashMap<>();
    private final Map<String, List<Instant>> times = new HashMap<>();
    private final Upstream upstream = new Upstream();
    private final ToolServer tools = new ToolServer(upstream, TOOL_KEY);
    private final SampleProvider provider;
    private final CallbackReceiver receiver;
    private final Backends backends;
    private final Path scratch;
    private final Servers servers;
    private Child child;
    private AgentUser user;
    private String signingSecret;

    AgentPathIT(Backends backends, @TempDir Path scratch) throws Exception {
        this.backends = backends;
        this.scratch = scratch;
        provider = SampleProvider.start(this::answer);
        receiver = CallbackReceiver.start(0, callback -> {});
        servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix())
                .with(Setting.ANTHROPIC_BASE_URL, provider.url());
    }

    @BeforeAll
    void open() throws Exception {
        child = servers.launch("dev");
        URI address = child.address();
        user = AgentUser.with(new Continuo(address), address, "agents_ns1");
        signingSecret = user.newSigningSecret();
        receiver.trust(signingSecret);
    }

    @AfterAll
    void close() throws Exception {
        child.askToStop();
        assertThat(child.exitCode()).isZero();
        child.close();
        receiver.close();
        provider.close();
        upstream.close();
    }

    /** A provider that repeats a wrong key in its refusal, as some do. */
    private SampleAnswer answer(SampleQuestion question) {
        String key = question.header("x-api-key").orElse("none");
        if (!List.of(PROVIDER_KEY, CALLERS_KEY, WRITTEN_KEY).contains(key)) {
            String error =
                    "{\"type\":\"error\",\"error\":{\"type\":\"authentication_error\",\"message\":\"no such key: " + key
                            + "\"}}";
            return new SampleAnswer.Status(401, Map.of(), error);
        }
        return next(question.lastUserText());
    }

    private synchronized void script(String asked, SampleAnswer... answers) {
        script.put(asked, new ArrayDeque<>(List.of(answers)));
    }

    private synchronized SampleAnswer next(String asked) {
        times.computeIfAbsent(asked, first -> new ArrayList<>()).add(Instant.now());
        Deque<SampleAnswer> answers = script.getOrDefault(asked, new ArrayDeque<>());
        return Optional.ofNullable(answers.poll())
                .orElseGet(() -> new SampleAnswer.Status(400, Map.of(), "{\"error\":{\"message\":\"unexpected\"}}"));
    }

    private synchronized List<Instant> times(String asked) {
        return List.copyOf(times.getOrDefault(asked, List.of()));
    }

    private List<SampleQuestion> questions(String asked) {
        return provider.questions().stream()
                .filter(question -> question.lastUserText().equals(asked))
                .toList();
    }

    /** Of one prompt, whose text and key are variables. */
    private String promptAgent() {
        ObjectNode agent = Docs.object("""
                {description: 'One prompt', variables: {text: '', providerKey: ''},
                 workflow: [
                   {type: 'prompt', name: 'Ask', llm: 'claude', model: 'sample-1', apikey: '{providerKey}',
                    user: '{text}', output: 'said'},
                   {type: 'return', name: 'Return', output: 'said'}]}
                """);
        String id = "one-" + UUID.randomUUID();
        agent.put("id", id).put("name", id);
        agent.withObject("variables").put("providerKey", PROVIDER_KEY);
        return user.create(agent);
    }

    private String run(String agent, String text) {
        return user.run(agent, Docs.object("{}").put("text", text), Optional.empty());
    }

    @Test
    @Order(1)
    void aPromptAToolAndAReturnWorkTogether() {
        script("Write about rain", new SampleAnswer.Text("It rains and rains"));
        script(
                "Count the words of: It rains and rains",
                new SampleAnswer.Calls(
                        "", List.of(new SampleAnswer.Call("c1", ToolServer.TOOL, "{\"text\":\"It rains and rains\"}"))),
                new SampleAnswer.Text("There are 4 words"));
        ObjectNode agent = Docs.object("""
                {id: 'counting', name: 'Counting', description: 'Writes, and counts the words',
                 variables: {topic: 'snow'}, fields: [],
                 workflow: [
                   {type: 'prompt', name: 'Write', llm: 'claude', model: 'sample-1', apikey: '{providerKey}',
                    user: 'Write about {topic}', output: 'text'},
                   {type: 'mcp', name: 'Count', user: 'Count the words of: {text}', maxSteps: 4, output: 'count',
                    model: 'sample-1'},
                   {type: 'return', name: 'Return', output: ['text', 'count']}]}
                """);
        agent.withObject("variables").put("providerKey", PROVIDER_KEY).put("toolKey", TOOL_KEY);
        ObjectNode mcp = (ObjectNode) agent.path("workflow").path(1);
        mcp.put("apikey", WRITTEN_KEY);
        mcp.putObject("config").put("url", tools.url()).putObject("headers").put("Authorization", "Bearer {toolKey}");

        JsonNode read = user.get("/agent/" + user.create(agent)).expect(200).json();
        assertThat(read.path("variables"))
                .isEqualTo(Docs.object("{topic: 'snow', providerKey: '***', toolKey: '***'}"));
        assertThat(read.at("/workflow/1/apikey").asText()).isEqualTo("***");

        String task = user.run("counting", Docs.object("{topic: 'rain'}"), Optional.of(receiver.url()));
        JsonNode done = user.await(task, "complete");
        assertThat(done.path("output"))
                .isEqualTo(Docs.object("{text: 'It rains and rains', count: 'There are 4 words'}"));
        assertThat(AgentUser.logs(done))
                .containsSubsequence(
                        "Write: Running",
                        "Response: It rains and rains",
                        "Count: Running",
                        "Response: There are 4 words",
                        "Return: Running")
                .anyMatch(line -> line.contains(ToolServer.TOOL));
        Await.until("the last callback", Continuo.LIMIT, () -> receiver.received().stream()
                .anyMatch(callback -> callback.status().equals("complete")));
        List<Callback> callbacks = receiver.received();
        assertThat(callbacks).allMatch(Callback::verified);
        assertThat(callbacks.getFirst().status()).isEqualTo("running");
        assertThat(callbacks.getLast().task()).isEqualTo(done);
        Await.until("the log of deliveries", Continuo.LIMIT, () -> user.get("/task/" + task + "/deliveries")
                .expect(200)
                .text()
                .contains("delivered"));
    }

    /** Mechanism: a provider's Retry-After becomes the earliest time of the next attempt. */
    @Test
    @Order(2)
    void aRateLimitCostsAnAttemptButNotTheTask() {
        script(
                "limited",
                new SampleAnswer.Status(
                        429,
                        Map.of("retry-after", Long.toString(PATIENCE.toSeconds())),
                        "{\"type\":\"error\",\"error\":{\"type\":\"rate_limit_error\",\"message\":\"slow down\"}}"),
                new SampleAnswer.Text("now"));
        JsonNode done = user.await(run(promptAgent(), "limited"), "complete");
        assertThat(done.path("output")).isEqualTo(Docs.object("{said: 'now'}"));
        assertThat(AgentUser.logs(done)).anyMatch(line -> line.contains("429"));
        assertThat(questions("limited")).hasSize(2);
        List<Instant> asked = times("limited");
        assertThat(Duration.between(asked.getFirst(), asked.getLast())).isGreaterThanOrEqualTo(PATIENCE);
    }

    @Test
    @Order(3)
    void aWrongKeyIsAnErrorWithAReasonAndIsNotTriedAgain() {
        ObjectNode input = Docs.object("{}").put("text", "with the wrong key").put("providerKey", WRONG_KEY);
        String task = user.run(promptAgent(), input, Optional.empty());
        JsonNode failed = user.await(task, "error");
        assertThat(failed.path("output")).isEqualTo(Docs.object("{}"));
        assertThat(AgentUser.logs(failed)).last().asString().contains("401", "no such key: ***");
        assertThat(questions("with the wrong key")).hasSize(1);
    }

    @Test
    @Order(4)
    void anAnswerThatIsCutOffIsAskedForAgain() {
        script(
                "cut",
                new SampleAnswer.Broken("This is not the wh", SampleAnswer.Fault.CUT),
                new SampleAnswer.Text("This is the whole answer"));
        JsonNode done = user.await(run(promptAgent(), "cut"), "complete");
        assertThat(done.path("output")).isEqualTo(Docs.object("{said: 'This is the whole answer'}"));
        assertThat(questions("cut")).hasSize(2);
    }

    @Test
    @Order(5)
    void theKeyOfACallerIsUsedInsteadOfTheAgents() {
        script("with my key", new SampleAnswer.Text("yours"));
        ObjectNode input = Docs.object("{}").put("text", "with my key").put("providerKey", CALLERS_KEY);
        user.await(user.run(promptAgent(), input, Optional.empty()), "complete");
        assertThat(questions("with my key"))
                .singleElement()
                .satisfies(question -> assertThat(question.header("x-api-key")).contains(CALLERS_KEY));
    }

    /** After all the others: what they left behind, while the server still runs. */
    @Test
    @Order(6)
    void noSecretIsInAnAnswerALogARecordOrTheDatabase() throws Exception {
        user.get("/agent").expect(200);
        user.get("/task").expect(200);
        Traces traces = new Traces(backends, scratch);
        List<String> callbacks = receiver.received().stream()
                .map(callback -> callback.task().toString())
                .toList();

        assertThat(traces.logs()).as("the log, to be sure that it is one").contains("Created the Kafka topics");
        assertThat(traces.tablesWith("It rains and rains"))
                .as("tables that have an answer")
                .contains("task");
        assertThat(traces.recordsWith("AGENT_PROMPT"))
                .as("records that name a task's type")
                .isPositive();
        for (String secret :
                List.of(PROVIDER_KEY, CALLERS_KEY, WRITTEN_KEY, WRONG_KEY, TOOL_KEY, user.key(), signingSecret)) {
            String core = secret.substring(secret.indexOf('_') + 1);
            assertThat(user.answers()).as("answers").noneMatch(answer -> answer.contains(core));
            assertThat(callbacks).as("callbacks").noneMatch(callback -> callback.contains(core));
            assertThat(traces.logs()).as("the log").doesNotContain(core);
            assertThat(traces.recordsWith(core)).as("records with " + core).isZero();
            assertThat(traces.tablesWith(core)).as("tables with " + core).isEmpty();
        }
    }

    @Test
    @Order(7)
    void withoutAKeyThereIsNothing() throws IOException {
        Continuo nobody = new Continuo(user.address(), Map.of("apikey", user.key() + "x"));
        assertThat(nobody.get("/api/v1/task").expect(401).json())
                .isEqualTo(Docs.object("{message: 'Unauthorized. API key is invalid'}"));
    }
}
