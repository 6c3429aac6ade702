package dev.continuo.decide;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.definition.Plan;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.expression.Limits;
import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Agents, decided in memory. */
class AgentRunTest {
    private static final String WRITE =
            "{'type':'prompt','name':'Write','llm':'claude','model':'{model}','system':'You write {genre}',"
                    + "'user':'{topic}','apikey':'{key}','temperature':0.5,'maxToken':100,'output':'draft'}";
    private static final String POLISH =
            "{'type':'prompt','name':'Polish','llm':'claude','model':'m','user':'Polish {{this}}: {draft}','output':'draft'}";
    private static final String RETURN = "{'type':'return','name':'Return','output':'draft'}";

    private static Plan plan(String... nodes) {
        JsonNode document = json("{'id':'a','name':'A','description':'','variables':{'model':'m1','genre':'plays',"
                + "'topic':'','key':'k'},'fields':[],'workflow':[" + String.join(",", nodes) + "]}");
        return new AgentCompiler(Limits.DEFAULT).compile(UUID.randomUUID(), UUID.randomUUID(), document);
    }

    private static TestRun run(String input, String... nodes) {
        return TestRun.start(plan(nodes), json(input).toString());
    }

    @Test
    void aPromptSeesVariablesBelowTheCallersInputAndItsKeyStaysAsItIsWritten() {
        TestRun run = run("{'topic':'rain','model':'m2'}", WRITE, RETURN);
        assertThat(run.open("Write").input())
                .isEqualTo(json("{'model':'m2','system':'You write plays','user':'rain','llm':'claude',"
                        + "'temperature':0.5,'apikey':'{key}','maxTokens':100}"));
        assertThat(run.run().variables()).isEqualTo(json("{'model':'m2','genre':'plays','topic':'rain','key':'k'}"));
    }

    @Test
    void aVariableIsTheResultOfTheLatestNodeThatSetsIt() {
        TestRun run = run("{}", WRITE, POLISH, POLISH, RETURN);
        run.complete("Write", "{\"result\":\"one\"}");
        assertThat(run.open("Polish").input().path("user").asText()).isEqualTo("Polish {this}: one");
        run.complete("Polish", "{\"result\":\"two\"}");
        assertThat(run.open("Polish (2)").input().path("user").asText()).isEqualTo("Polish {this}: two");
        run.complete("Polish (2)", "{\"result\":{\"text\":\"three\"}}");
        assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.run().output()).isEqualTo(json("{'draft':{'text':'three'}}"));
    }

    @Test
    void theFirstReturnEndsTheRun() {
        TestRun run = run("{}", "{'type':'return','name':'Return','output':['genre','topic']}", WRITE, RETURN);
        assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.run().output()).isEqualTo(json("{'genre':'plays','topic':''}"));
        assertThat(run.tasks()).hasSize(1);
    }

    @Test
    void aReturnOfAKeyThatIsNotThereFailsTheRunAndNamesTheKey() {
        TestRun run = run("{}", "{'type':'return','name':'End','output':['genre','no such key']}");
        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.run().reason()).hasValue("Node 'End' needs the variable {no such key}, which has no value");
        assertThat(run.run().output()).isEqualTo(json("{}"));
    }

    @Test
    void aTemplateOfAVariableThatIsNotThereFailsTheNode() {
        TestRun run =
                run("{}", "{'type':'prompt','name':'P','llm':'claude','model':'m','user':'{nobody}','output':'o'}");
        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.run().reason()).hasValue("Node 'P' needs the variable {nobody}, which has no value");
    }

    @Test
    void anAgentWithoutAReturnCompletesWithNothing() {
        TestRun run = run("{}", WRITE);
        run.complete("Write", "{\"result\":\"one\"}");
        assertThat(run.run().status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.run().output()).isEqualTo(json("{}"));
    }

    @Test
    void anMcpNodesConfigIsNoTemplateOfTheEngine() {
        TestRun run = run(
                "{'topic':'Bern'}",
                "{'type':'mcp','name':'Tools','config':{'url':'http://x/{topic}','headers':{'a':'{key}'}},"
                        + "'user':'Weather in {topic}?','apikey':'{key}','maxSteps':3,'output':'found'}",
                "{'type':'return','name':'R','output':'found'}");
        assertThat(run.open("Tools").label().type()).isEqualTo(AgentCompiler.MCP);
        assertThat(run.open("Tools").input())
                .isEqualTo(json("{'user':'Weather in Bern?','config':{'url':'http://x/{topic}',"
                        + "'headers':{'a':'{key}'}},'maxSteps':3,'apikey':'{key}'}"));
    }

    @Test
    void aNodeThatFailsForNowIsTriedAgainAndForGoodEndsTheRun() {
        TestRun run = run("{}", WRITE, RETURN);
        run.fail("Write");
        assertThat(run.last("Write").label().attempt()).isEqualTo(1);
        assertThat(run.run().status()).isEqualTo(RunStatus.RUNNING);
        run.sweep().after(Duration.ofSeconds(5)).sweep();
        run.fail("Write", new RetryWish.Never());
        assertThat(run.last("Write").status()).isEqualTo(TaskStatus.FAILED_WITH_TERMINAL_ERROR);
        assertThat(run.run().status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.run().output()).isEqualTo(json("{}"));
        assertThat(run.run().reason().orElseThrow()).startsWith("Node 'Write' failed: ");
    }

    @Test
    void theLogOfOneThatIsTerminatedTellsWhy() {
        TestRun run = run("{}", WRITE, RETURN);
        run.terminate();
        assertThat(run.logs()).containsExactly("Terminated: enough");
    }

    @Test
    void nothingThatWouldChangeItsCourseIsTaken() {
        TestRun run = run("{}", WRITE, RETURN);
        UUID id = run.run().id();
        UUID task = run.open("Write").id();
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        assertThat(List.of(
                        new Command.Skip(id, "Return", none, none, "x"),
                        new Command.Jump(id, "Return", none, "x"),
                        new Command.SetVariables(id, none, "x"),
                        new Command.ResetCallbacks(id),
                        new Command.Restart(id, Optional.empty(), "x"),
                        new Command.Rerun(
                                id, Optional.empty(), Optional.of(none), Optional.empty(), Optional.empty(), "x"),
                        new Command.Upgrade(id, plan(WRITE), none, none, "x"),
                        new Command.Update(
                                id,
                                task,
                                TaskStatus.COMPLETED,
                                none,
                                Optional.empty(),
                                Duration.ZERO,
                                false,
                                none,
                                List.of(),
                                "x")))
                .allSatisfy(command -> assertThat(run.decide(command))
                        .isInstanceOfSatisfying(Outcome.Rejected.class, rejected -> {
                            assertThat(rejected.code()).isEqualTo(Outcome.Code.CONFLICT);
                            assertThat(rejected.message()).contains("is a task of an agent");
                        }));
    }
}
