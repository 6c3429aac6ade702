package dev.continuo.definition.workflowsvc;

import static dev.continuo.definition.TestTypes.TYPES;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.Limits;
import dev.continuo.model.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorkflowsvcCompilerTest {
    private static final UUID DEFINITION = new UUID(0, 1);
    private static final UUID REVISION = new UUID(0, 2);

    private static Plan compile(JsonNode document) {
        return new WorkflowsvcCompiler(TYPES, Limits.DEFAULT).compile(DEFINITION, REVISION, document);
    }

    private static Node node(Plan plan, String ref) {
        return plan.nodes().stream()
                .filter(node -> node.ref().equals(ref))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theHeadOfAPlanIsThatOfItsDocument() {
        Plan plan = compile(Documents.everyType());

        assertThat(plan.dialect()).isEqualTo(Dialect.WORKFLOWSVC);
        assertThat(plan.definitionId()).isEqualTo(DEFINITION);
        assertThat(plan.revisionId()).isEqualTo(REVISION);
        assertThat(plan.name()).isEqualTo("every_type");
        assertThat(plan.timeout()).contains(Duration.ofSeconds(20));
        assertThat(plan.onTimeout()).isEqualTo(Plan.OnRunTimeout.TIME_OUT);
    }

    @Test
    void nodesStandInTheOrderOfExecutionContainersFirst() {
        Plan plan = compile(Documents.everyType());

        assertThat(plan.nodes())
                .extracting(Node::ref)
                .containsExactly(
                        "ask", "choose", "fork", "call", "inner", "five", "other", "repeat", "first", "second", "last");
        assertThat(plan.nodes()).extracting(Node::index).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(plan.first()).isZero();
    }

    /** Rows: a task of the definition of every type, and what follows it. */
    @ParameterizedTest
    @CsvSource({
        "ask, Next[node=1]",
        "choose, Next[node=7]",
        "fork, Next[node=7]",
        "call, EndOfBranch[fork=2]",
        "inner, EndOfBranch[fork=2]",
        "five, EndOfBranch[fork=2]",
        "other, Next[node=7]",
        "repeat, Next[node=10]",
        "first, Next[node=9]",
        "second, EndOfPass[loop=7]",
        "last, EndOfRun[]"
    })
    void aTaskIsFollowedByWhatComesNext(String ref, String then) {
        assertThat(node(compile(Documents.everyType()), ref).common().then()).hasToString(then);
    }

    @Test
    void aSwitchKnowsItsCases() {
        Plan plan = compile(Documents.everyType());

        Node.Switch choose = (Node.Switch) node(plan, "choose");
        assertThat(choose.choice()).isEqualTo(new Node.Choice.Key("_switchCaseValue"));
        assertThat(choose.cases()).isEqualTo(Map.of("approved", OptionalInt.of(2), "rejected", OptionalInt.empty()));
        assertThat(choose.otherwise()).hasValue(6);
        Node.Switch inner = (Node.Switch) node(plan, "inner");
        assertThat(inner.cases()).isEqualTo(Map.of("5", OptionalInt.of(5)));
        assertThat(inner.otherwise()).isEmpty();
    }

    @Test
    void aSwitchAtTheEndOfADefinitionEndsTheRun() {
        Plan plan = compile(Documents.of(Documents.choice("s", "x", Documents.task("a"), Documents.task("b"))));

        assertThat(node(plan, "a").common().then()).isEqualTo(new Successor.Next(2));
        assertThat(node(plan, "b").common().then()).isEqualTo(new Successor.EndOfRun());
    }

    @Test
    void aForkKnowsItsBranchesAndASwitchStandsForItsOwn() {
        Node.Fork fork = (Node.Fork) node(compile(Documents.everyType()), "fork");

        assertThat(fork.branches()).containsExactly(new Node.Branch(3, "call"), new Node.Branch(4, "inner"));
    }

    @Test
    void aLoopKnowsItsBody() {
        Plan plan = compile(Documents.of(Documents.loop(
                "l",
                Documents.choice("s", "x", Documents.task("a")),
                Documents.fork("f", List.of(Documents.task("b"))))));

        Node.Loop loop = (Node.Loop) node(plan, "l");
        assertThat(loop.first()).isEqualTo(1);
        assertThat(loop.bodyRefs()).containsExactly("s", "a", "f", "b");
        assertThat(loop.condition().orElseThrow().script().source()).isEqualTo("$.l.iteration < 2");
    }

    @Test
    void whatAnythingReadsIsRemembered() {
        assertThat(compile(Documents.everyType()).remembered())
                .containsExactlyInAnyOrder("ask", "call", "inner", "repeat", "first", "second");
    }

    @Test
    void everyTypeBecomesItsKindOfNode() {
        Map<String, String> kinds = compile(Documents.everyType()).nodes().stream()
                .collect(Collectors.toMap(Node::ref, node -> node.getClass().getSimpleName()));

        assertThat(kinds)
                .containsEntry("ask", "Human")
                .containsEntry("choose", "Switch")
                .containsEntry("fork", "Fork")
                .containsEntry("repeat", "Loop")
                .containsEntry("call", "Work")
                .containsEntry("last", "Work");
    }

    /** Rows: a task's fields, and the retry policy as limit, backoff, seconds, scale. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {}                                                                         | 3  | FIXED       | 60 | 1
            {'_retryCount': null, '_retryDelaySeconds': null, '_retryLogic': null}     | 3  | FIXED       | 60 | 1
            {'_retryCount': 0}                                                         | 0  | FIXED       | 60 | 1
            {'_retryCount': 10, '_retryLogic': 'EXPONENTIAL_BACKOFF', '_retryDelaySeconds': 0} | 10 | EXPONENTIAL | 0 | 1
            {'_retryLogic': 'LINEAR_BACKOFF', '_backoffRate': 4}                       | 3  | LINEAR      | 60 | 4
            {'_retryLogic': 'LINEAR BACK'}                                             | 3  | LINEAR      | 60 | 1
            {'_retryLogic': 'LINEAR_BACK', '_retryDelaySeconds': 5}                    | 3  | LINEAR      | 5  | 1
            """)
    void aWorkerTaskIsTriedAgainAsItSays(
            String fields, int limit, RetryPolicy.Backoff backoff, long seconds, int scale) {
        ObjectNode task = Documents.task("a");
        task.setAll((ObjectNode) json(fields));

        assertThat(node(compile(Documents.of(task)), "a").common().retry())
                .isEqualTo(new RetryPolicy(
                        limit, backoff, Duration.ofSeconds(seconds), scale, Optional.empty(), Duration.ZERO));
    }

    @Test
    void aContainerIsNeverTriedAgain() {
        Plan plan = compile(Documents.everyType());

        assertThat(List.of("choose", "fork", "repeat"))
                .allSatisfy(ref -> assertThat(node(plan, ref).common().retry()).isEqualTo(RetryPolicy.NEVER));
        assertThat(node(plan, "ask").common().retry().limit()).isEqualTo(1);
    }

    /** Rows: a task's fields, its timeout and response timeout in seconds (0 for none), and the policy. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {}                                                      | 0  | 0  | TIME_OUT_RUN
            {'_timeoutSeconds': 0, '_responseTimeoutSeconds': 0}    | 0  | 0  | TIME_OUT_RUN
            {'_timeoutSeconds': 7, '_timeoutPolicy': 'TIME_OUT_WF'} | 7  | 0  | TIME_OUT_RUN
            {'_timeoutSeconds': 7, '_timeoutPolicy': 'RETRY'}       | 7  | 0  | RETRY
            {'_timeoutPolicy': 'ALERT_ONLY', '_responseTimeoutSeconds': 9} | 0 | 9 | ALERT_ONLY
            """)
    void aTaskHasItsTimeLimits(String fields, long timeout, long response, TimePolicy.OnTimeout policy) {
        ObjectNode task = Documents.task("a");
        task.setAll((ObjectNode) json(fields));

        TimePolicy time = node(compile(Documents.of(task)), "a").common().time();

        assertThat(time.timeout().map(Duration::toSeconds).orElse(0L)).isEqualTo(timeout);
        assertThat(time.response().map(Duration::toSeconds).orElse(0L)).isEqualTo(response);
        assertThat(time.onTimeout()).isEqualTo(policy);
        assertThat(time.startDelay()).isZero();
    }

    @Test
    void aRunWithoutALimitHasNone() {
        ObjectNode document = Documents.of(Documents.task("a"));
        document.put("_timeoutSeconds", 0).put("_timeoutPolicy", "ALERT_ONLY");

        assertThat(compile(document).timeout()).isEmpty();
        assertThat(compile(document).onTimeout()).isEqualTo(Plan.OnRunTimeout.ALERT_ONLY);
    }

    /** Neither references, nor secrets, nor the schema of an answer, nor what steers the flow. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            call   | _to
            last   | literal,price
            ask    | title
            choose | ''
            repeat | ''
            """)
    void aRunMayReplaceLiteralsOnly(String ref, String keys) {
        List<String> expected = keys.isEmpty() ? List.of() : List.of(keys.split(","));

        assertThat(node(compile(Documents.everyType()), ref).common().overridable())
                .containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void aTypeThatIsGoneIsNamed() {
        WorkflowsvcCompiler bare = new WorkflowsvcCompiler(TaskTypes.of(List.of()), Limits.DEFAULT);

        assertThatThrownBy(() -> bare.compile(DEFINITION, REVISION, Documents.of(Documents.task("a"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("SCRIPT_EXECUTION");
    }

    @Test
    void aDocumentWithoutTasksIsRefused() {
        assertThatThrownBy(() -> compile(json("{'_name': 'x'}")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(REVISION.toString());
    }
}
