package dev.continuo.worker.connector.ai;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleQuestion;
import dev.continuo.store.Conversations;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.worker.connector.ConnectorFixture;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import io.vertx.core.Future;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class ConverseIT {
    private static final Teams TEAMS = new Teams(Map.of(
            "support",
            new Teams.Team("claude", "m", Optional.of("Be very kind"), Sampling.DEFAULTS, 2, Set.of()),
            "closed",
            new Teams.Team("openai", "m", Optional.empty(), Sampling.DEFAULTS, 2, Set.of("another"))));

    private final String namespace = "ns-" + UUID.randomUUID();
    private final ProviderFixture fixture = new ProviderFixture();
    private Pool pool;

    @BeforeEach
    void open(Backends backends) {
        PgConnectOptions connect = PgConnectOptions.fromUri(backends.pgUri());
        Flyway.configure()
                .dataSource(backends.pgJdbcUrl(), connect.getUser(), connect.getPassword())
                .load()
                .migrate();
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(connect)
                .using(fixture.connectors.vertx)
                .build();
        fixture.answering(question -> new SampleAnswer.Text("You said " + question.lastUserText()));
    }

    @AfterEach
    void close() {
        ConnectorFixture.await(pool.close());
        fixture.close();
    }

    private Future<ConnectorResult> start(UUID task, ObjectNode input) {
        return new ConverseConnector(fixture.providers(), TEAMS, new Conversations(pool), InstantSource.system())
                .execute(
                        new ConnectorTask(
                                task,
                                new UUID(0, 2),
                                namespace,
                                "ask",
                                0,
                                input,
                                Duration.ofSeconds(60),
                                fixture.connectors.cancellation),
                        fixture.connectors.log);
    }

    private ConnectorResult say(UUID task, ObjectNode input) {
        return fixture.connectors.on(() -> start(task, input));
    }

    private static ObjectNode input(String prompt, String conversation) {
        return json("{'_teamId':'support'}").put("_userPrompt", prompt).put("_converse_id", conversation);
    }

    private List<String> asked(int question) {
        SampleQuestion last = fixture.server().questions().get(question);
        return last.body().path("messages").findValuesAsText("text");
    }

    @Test
    void aTeamRemembersTheConversationAndForgetsItsOldestTurns() {
        JsonNode output = completed(say(UUID.randomUUID(), input("one", "c"))).output();
        assertThat(output)
                .hasToString(("{'_message':'You said one','_converse_id':'c','_finishReason':'STOP','_usage':"
                                + "{'_promptTokens':10,'_completionTokens':12,'_totalTokens':22}}")
                        .replace('\'', '"'));
        say(UUID.randomUUID(), input("two", "c"));
        say(UUID.randomUUID(), input("three", "c"));
        say(UUID.randomUUID(), input("four", "c"));
        assertThat(asked(1)).containsExactly("one", "You said one", "two");
        assertThat(asked(3))
                .as("two turns are kept")
                .containsExactly("two", "You said two", "three", "You said three", "four");
        assertThat(fixture.asked().body().path("system").asText()).isEqualTo("Be very kind");
        assertThat(output.toString() + fixture.connectors.log.text()).doesNotContain("Be very kind");
    }

    @Test
    void withoutAnIdAConversationBeginsWhoseIdIsTold() {
        UUID task = UUID.randomUUID();
        ObjectNode input = json("{'_teamId':'support','_userPrompt':'hi'}");
        String id = completed(say(task, input)).output().path("_converse_id").asText();
        say(UUID.randomUUID(), input("again", id));
        assertThat(asked(1)).containsExactly("hi", "You said hi", "again");
    }

    @Test
    void aTaskThatIsExecutedAgainDoesNotHearItself() {
        UUID task = UUID.randomUUID();
        say(task, input("one", "c"));
        say(task, input("one", "c"));
        say(UUID.randomUUID(), input("two", "c"));
        assertThat(asked(1)).containsExactly("one");
        assertThat(asked(2)).containsExactly("one", "You said one", "two");
    }

    @Test
    void whatTwoRunsSayAtOnceIsBothKept() {
        fixture.connectors.on(() -> Future.all(
                start(UUID.randomUUID(), input("left", "c")), start(UUID.randomUUID(), input("right", "c"))));
        say(UUID.randomUUID(), input("then", "c"));
        assertThat(asked(2)).hasSize(5).contains("left", "right", "You said left", "You said right");
    }

    @Test
    void onlyTheTeamsOfTheNamespaceMayBeAsked() {
        for (String team : List.of("closed", "nobody")) {
            ConnectorResult.Failed failed =
                    failed(say(UUID.randomUUID(), json("{'_userPrompt':'x'}").put("_teamId", team)));
            assertThat(failed.reason()).isEqualTo("_teamId names no team; this namespace may ask support");
            assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        }
        assertThat(fixture.server().questions()).isEmpty();
    }
}
