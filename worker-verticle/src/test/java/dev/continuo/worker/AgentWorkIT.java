package dev.continuo.worker;

import static dev.continuo.worker.WorkFixture.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.engine.AgentDocuments;
import dev.continuo.engine.AgentStart;
import dev.continuo.engine.Engine;
import dev.continuo.model.Dialect;
import dev.continuo.store.Json;
import dev.continuo.store.Revisions;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.ai.AiSettings;
import dev.continuo.worker.connector.ai.Teams;
import dev.continuo.worker.connector.mcp.FakeMcpServer;
import io.vertx.sqlclient.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Agents, from the start of a task to its end, before a model and an MCP server. */
@ExtendWith(BackendsExtension.class)
class AgentWorkIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String OWNER = "7b0d9a0e-0000-4000-8000-000000000001";
    private static final String KEY = "sk-s3cret-of-model";
    private static final String TOKEN = "t0ken-of-weather";

    private final Backends backends;
    private SampleProvider model;
    private FakeMcpServer weather;
    private WorkFixture work;
    private Engine engine;

    AgentWorkIT(Backends backends) {
        this.backends = backends;
    }

    @BeforeEach
    void open(@TempDir Path dir) throws IOException {
        work = new WorkFixture(backends, dir, "agentwork", 1);
        engine = work.engine;
        model = SampleProvider.start(AgentWorkIT::answer);
        weather = new FakeMcpServer(work::upstream)
                .tool(
                        "forecast",
                        arguments -> FakeMcpServer.text(
                                "12 °C in " + arguments.path("city").asText()));
        AiSettings.Service service = new AiSettings.Service(model.url(), Optional.empty());
        AiSettings ai = new AiSettings(service, service, service, Duration.ofSeconds(30));
        work.work(ConnectorFactory.Models.of(engine).with(ai, Teams.NONE));
    }

    /** The model looks up the weather where it has a tool for it, and otherwise repeats what it is told. */
    private static SampleAnswer answer(SampleQuestion question) {
        String text = question.body().toString();
        if (question.body().path("tools").isEmpty()) {
            return new SampleAnswer.Text("So: " + question.lastUserText());
        }
        return text.contains("tool_result")
                ? new SampleAnswer.Text("A coat.")
                : new SampleAnswer.Calls("", List.of(new SampleAnswer.Call("c1", "forecast", "{\"city\":\"Bern\"}")));
    }

    @AfterEach
    void close() {
        model.close();
        work.close();
    }

    private static ObjectNode json(String singleQuoted) {
        return (ObjectNode) Json.read(singleQuoted.replace('\'', '"'));
    }

    private UUID start(String variables, String nodes) {
        ObjectNode document = AgentSecrets.sealedDocument(
                json("{'id':'a','name':'A','variables':" + variables + ",'workflow':[" + nodes + "]}"),
                engine.sealer(),
                "ns");
        Revisions.Revision revision = Revisions.of(Dialect.AGENTS, "ns", "a", document);
        await(new Revisions(engine.pool()).insert(Dialect.AGENTS, revision));
        return await(engine.agents()
                        .start(new AgentStart("ns", "a", revision.id(), json("{}"), Optional.empty(), OWNER)))
                .orElseThrow()
                .id();
    }

    private ObjectNode ended(UUID id) {
        Await.untilAsserted("the task is over", LIMIT, () -> assertThat(
                        shown(id).path("status").asText())
                .isNotEqualTo("running"));
        return shown(id);
    }

    private ObjectNode shown(UUID id) {
        return AgentDocuments.of(await(engine.agents().task(id)).orElseThrow());
    }

    private String mcp(String headers) {
        return "{'type':'mcp','name':'Look','config':{'url':'" + weather.url + "','headers':" + headers
                + "},'user':'What to wear in {city}?','apikey':'{key}','output':'advice'}";
    }

    @Test
    void aModelUsesAToolAndALaterNodeItsAnswer() {
        UUID id = start(
                "{'city':'Bern','key':'" + KEY + "','token':'" + TOKEN + "'}",
                mcp("{'Authorization':'Bearer {token}','X-Literal':'literal-" + TOKEN + "'}")
                        + ",{'type':'prompt','name':'Say','llm':'claude','model':'m','user':'{advice}','apikey':'" + KEY
                        + "','output':'said'},{'type':'return','name':'Return','output':['advice','said']}");
        ObjectNode task = ended(id);
        assertThat(task.path("status").asText()).as(task.toString()).isEqualTo("complete");
        assertThat(task.path("output")).isEqualTo(json("{'advice':'A coat.','said':'So: A coat.'}"));
        assertThat(task.path("logs").valueStream().map(line -> line.asText()).toList())
                .containsExactly(
                        "Look: Running",
                        "Called forecast {\"city\":\"Bern\"}: 12 °C in Bern",
                        "Response: A coat.",
                        "Say: Running",
                        "Response: So: A coat.",
                        "Return: Running");
        assertThat(weather.seen("tools/call").getFirst().headers().get("authorization"))
                .isEqualTo("Bearer " + TOKEN);
        assertThat(weather.seen("tools/call").getFirst().headers().get("x-literal"))
                .isEqualTo("literal-" + TOKEN);
        assertThat(model.questions()).hasSize(3).allSatisfy(question -> assertThat(question.header("x-api-key"))
                .contains(KEY));
        StringBuilder stored = new StringBuilder();
        for (Row row : await(engine.pool()
                .query("SELECT input || output AS kept FROM task UNION ALL SELECT variables || input FROM run"
                        + " UNION ALL SELECT document::text FROM definition_revision")
                .execute())) {
            stored.append(row.getString(0));
        }
        assertThat(stored.toString()).contains("Bern").doesNotContain(KEY, TOKEN);
    }

    @Test
    void aTaskWhoseServerRefusesItEndsWithTheReason() {
        weather.fault("initialize", FakeMcpServer.status(401, "bad token " + TOKEN));
        UUID id = start("{'city':'Bern','key':'" + KEY + "','token':'" + TOKEN + "'}", mcp("{'X-Token':'{token}'}"));
        ObjectNode task = ended(id);
        assertThat(task.path("status").asText()).isEqualTo("error");
        assertThat(task.path("logs").toString())
                .contains("HTTP 401", "bad token ***")
                .doesNotContain(TOKEN);
        assertThat(model.questions()).isEmpty();
    }
}
