package dev.continuo.worker;

import static dev.continuo.worker.WorkFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.engine.AgentStart;
import dev.continuo.engine.Conductor;
import dev.continuo.engine.Engine;
import dev.continuo.engine.StartResult;
import dev.continuo.engine.StartSpec;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.Json;
import dev.continuo.store.Revisions;
import dev.continuo.store.Secrets;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.ai.AiSettings;
import dev.continuo.worker.connector.ai.Teams;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that ask models, from the start of their run to its end. */
@ExtendWith(BackendsExtension.class)
class ModelWorkIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OWNER = "7b0d9a0e-0000-4000-8000-000000000001";

    private final Backends backends;
    private final AtomicInteger questions = new AtomicInteger();
    private SampleProvider provider;
    private WorkFixture work;
    private Engine engine;

    ModelWorkIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir, TestInfo test) throws IOException {
        work = new WorkFixture(backends, dir, test.getTestMethod().orElseThrow().getName(), 1);
        provider = SampleProvider.start(this::answer);
        AiSettings.Service service = new AiSettings.Service(provider.url(), Optional.empty());
        AiSettings models = new AiSettings(
                service,
                new AiSettings.Service(provider.url() + "/v1", Optional.empty()),
                service,
                AiSettings.DEFAULT_SILENCE);
        engine = work.engine;
        work.work(ConnectorFactory.Models.of(engine).with(models, Teams.NONE));
    }

    @AfterEach
    void close() {
        work.close();
        provider.close();
    }

    /** The first question meets a provider that is busy; one with a wrong key none that serves it. */
    private SampleAnswer answer(SampleQuestion question) {
        String key = question.header("x-api-key")
                .or(() -> question.header("authorization"))
                .orElse("");
        if (!key.endsWith("sk-very-secret") && !key.endsWith("sk-literal")) {
            return new SampleAnswer.Status(
                    401, Map.of(), "{\"error\":{\"message\":\"invalid x-api-key " + key + "\"}}");
        }
        return questions.incrementAndGet() == 1
                ? new SampleAnswer.Status(529, Map.of(), "{\"error\":{\"message\":\"Overloaded\"}}")
                : new SampleAnswer.Text("A story of " + question.lastUserText());
    }

    private UUID start(String input, String workflow) {
        ObjectNode document = json(
                "{'id':'a','name':'A','variables':{'topic':'rain','key':'','draft':''},'workflow':[" + workflow + "]}");
        ObjectNode sealed = AgentSecrets.sealedDocument(document, engine.sealer(), "ns");
        Revisions.Revision revision = Revisions.of(Dialect.AGENTS, "ns", "a", sealed);
        await(new Revisions(engine.pool()).insert(Dialect.AGENTS, revision));
        return await(engine.agents()
                        .start(new AgentStart("ns", "a", revision.id(), json(input), Optional.empty(), OWNER)))
                .orElseThrow()
                .id();
    }

    private AgentTask ended(UUID id, RunStatus status) {
        Await.untilAsserted("the task is " + status, LIMIT, () -> assertThat(
                        await(engine.agents().task(id)).orElseThrow().status())
                .isEqualTo(status));
        return await(engine.agents().task(id)).orElseThrow();
    }

    private static ObjectNode json(String singleQuoted) {
        return (ObjectNode) Json.read(singleQuoted.replace('\'', '"'));
    }

    private String stored(UUID run) {
        return await(engine.pool().preparedQuery("""
                                SELECT concat_ws(' ', input, variables, output, reason,
                                         (SELECT string_agg(concat_ws(' ', input, output, reason), ' ')
                                            FROM task WHERE run_id = $1),
                                         (SELECT string_agg(message, ' ') FROM task_log
                                           WHERE task_id IN (SELECT id FROM task WHERE run_id = $1))) AS everything
                                  FROM run WHERE id = $1""").execute(Tuple.of(run)))
                .iterator()
                .next()
                .getString("everything");
    }

    @Test
    void aChainOfPromptsIsAnsweredWithKeysThatAreNeverStored() {
        UUID id = start("{'key':'sk-very-secret','topic':'sun'}", """
                {'type':'prompt','name':'Write','llm':'claude','model':'m','user':'{topic}','apikey':'{key}','output':'draft'},
                {'type':'prompt','name':'Again','llm':'openai','model':'m','user':'{draft}','apikey':'sk-literal',
                 'output':'draft'},
                {'type':'return','name':'Return','output':['draft']}""");
        AgentTask task = ended(id, RunStatus.COMPLETED);
        assertThat(task.output().path("draft").asText()).isEqualTo("A story of A story of sun");
        assertThat(task.logs().getFirst()).isEqualTo("Write: Running");
        assertThat(task.logs())
                .as("the busy provider's reason is told, and the node runs again")
                .anyMatch(line -> line.contains("529") && line.contains("Overloaded"))
                .containsSubsequence(
                        "Write: Running",
                        "Write: Running",
                        "Response: A story of sun",
                        "Again: Running",
                        "Response: A story of A story of sun",
                        "Return: Running");
        assertThat(stored(id)).doesNotContain("sk-very-secret").doesNotContain("sk-literal");
    }

    @Test
    void aWrongKeyFailsTheTaskAtOnceAndIsNotRepeated() {
        UUID id = start(
                "{'key':'sk-wrong-one'}",
                "{'type':'prompt','name':'Write','llm':'claude','model':'m','user':'x','apikey':'{key}','output':'draft'}");
        AgentTask task = ended(id, RunStatus.FAILED);
        assertThat(task.logs())
                .anyMatch(line -> line.contains("claude answered HTTP 401 Unauthorized: invalid x-api-key ***"));
        assertThat(provider.questions()).hasSize(1);
        assertThat(stored(id)).doesNotContain("sk-wrong-one");
    }

    @Test
    void aChatOfConductorIsAskedWithASecretOfItsNamespace() {
        await(new Secrets(engine.pool(), engine.sealer())
                .put(Conductor.NAMESPACE, "MODEL_KEY", "sk-very-secret", "tester"));
        questions.set(1);
        ObjectNode definition = json("""
                {'name':'flow','version':1,'schemaVersion':2,'tasks':[{'name':'chat','taskReferenceName':'chat',
                 'type':'LLM_CHAT_COMPLETE','inputParameters':{'llmProvider':'anthropic','model':'m',
                  'apiKey':'${workflow.secrets.MODEL_KEY}','instructions':'Know $${city}','promptVariables':{'city':'Ulm'},
                  'messages':[{'role':'user','message':'${workflow.input.q}'}]}}]}""");
        StartSpec named = StartSpec.of(Conductor.NAMESPACE, "flow", Optional.empty(), json("{'q':'rain'}"), "tester");
        StartSpec written = new StartSpec(
                named.namespace(),
                named.name(),
                named.version(),
                Optional.of(definition),
                named.input(),
                named.correlationId(),
                named.priority(),
                named.taskToDomain(),
                named.idempotencyKey(),
                named.strategy(),
                named.attributes(),
                named.by(),
                named.identity());
        UUID id =
                switch (await(engine.conductor().runs().start(written))) {
                    case StartResult.Started(UUID started, Run run) -> started;
                    case StartResult other -> throw new AssertionError(other.toString());
                };
        Await.untilAsserted("the run has its output", LIMIT, () -> assertThat(stored(id))
                .contains("A story of rain", "\"finishReason\":\"STOP\""));
        assertThat(provider.questions().getFirst().body().path("system").asText())
                .isEqualTo("Know Ulm");
        assertThat(stored(id)).doesNotContain("sk-very-secret");
    }
}
