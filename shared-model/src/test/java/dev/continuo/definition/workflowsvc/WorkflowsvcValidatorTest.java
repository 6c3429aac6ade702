package dev.continuo.definition.workflowsvc;

import static dev.continuo.definition.TestTypes.TYPES;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.expression.Limits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkflowsvcValidatorTest {
    private final WorkflowsvcValidator validator = validator(DefinitionLimits.DEFAULT);

    private static WorkflowsvcValidator validator(DefinitionLimits limits) {
        return new WorkflowsvcValidator(
                TYPES,
                limits,
                script -> script.source().contains("@") ? Optional.of("unexpected @") : Optional.empty());
    }

    @Test
    void aDefinitionOfEveryTypeIsValid() {
        assertThat(validator.validate(Documents.everyType())).isEmpty();
    }

    @Test
    void unknownFieldsAndNullsAreLetThrough() {
        assertThat(validator.validate(json("""
                        {'_name': 'w', '_id': 'x', '_timeoutSeconds': null, '_timeoutPolicy': null, 'extra': {'a': [1]},
                         '_taskDefs': [{'_name': 'a', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {},
                           '_retryCount': null, '_retryLogic': null, '_timeoutPolicy': null, 'note': '${not.a template'}]}
                        """))).isEmpty();
    }

    /** Rows: a document, where the fault is, and what its message contains. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            []                                                   | §§               | must be an object
            {'_taskDefs': [TASK]}                                   | /_name           | _name is required
            {'_name': '', '_taskDefs': [TASK]}                      | /_name           | without white space
            {'_name': 'a b', '_taskDefs': [TASK]}                   | /_name           | without white space
            {'_name': 5, '_taskDefs': [TASK]}                       | /_name           | without white space
            {'_name': 'w'}                                       | /_taskDefs       | _taskDefs is required
            {'_name': 'w', '_taskDefs': []}                      | /_taskDefs       | _taskDefs must not be empty
            {'_name': 'w', '_taskDefs': {}}                      | /_taskDefs       | _taskDefs must be an array
            {'_name': 'w', '_taskDefs': [TASK, 5]}                  | /_taskDefs/1     | must be an object
            {'_name': 'w', '_taskDefs': [TASK], '_timeoutSeconds': -1}       | /_timeoutSeconds | at least 0
            {'_name': 'w', '_taskDefs': [TASK], '_timeoutSeconds': 'x'}      | /_timeoutSeconds | must be integer
            {'_name': 'w', '_taskDefs': [TASK], '_timeoutPolicy': 'RETRY'}   | /_timeoutPolicy  | TIME_OUT_WF or ALERT_ONLY
            {'_name': 'w', '_taskDefs': [TASK], '_namespaces': 'x'}          | /_namespaces     | must be array
            """)
    void aDefinitionHasANameAndTasks(String document, String pointer, String message) {
        String task = "{'_name': 'ok', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}";

        assertOnly(validator.validate(json(document.replace("TASK", task))), pointer, message);
    }

    /** Rows: the fields that differ from a valid task, where the fault is, and what its message contains. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'_name': ''}                               | /_name                   | _name must not be empty
            {'_name': 7}                                | /_name                   | _name must be a string
            {'_name': 'workflow'}                       | /_name                   | must not be workflow
            {'_name': 'a.b'}                            | /_name                   | must not contain any of .[]{}$
            {'_name': 'a[0]'}                           | /_name                   | must not contain
            {'_name': '${a}'}                           | /_name                   | must not contain
            {'_name': ' a'}                             | /_name                   | white space
            {'_type': ''}                               | /_type                   | _type must not be empty
            {'_type': 'HAYSTACK'}                       | /_type                   | HAYSTACK is not supported; supported are DO_WHILE, FORK_JOIN, REST_CONNECTOR, SCRIPT_EXECUTION, SWITCH, USER_INPUT
            {'_type': 'MQTT_PUBLISH'}                   | /_type                   | MQTT_PUBLISH is not supported
            {'_type': 'AI_CONVERSE'}                    | /_type                   | AI_CONVERSE is not supported
            {'_type': 'rest_connector'}                 | /_type                   | rest_connector is not supported
            {'_sequenceno': 1.5}                        | /_sequenceno             | _sequenceno must be an integer
            {'_sequenceno': '1'}                        | /_sequenceno             | _sequenceno must be an integer
            {'_inputParams': []}                        | /_inputParams            | _inputParams must be an object
            {'_retryCount': 11}                         | /_retryCount             | at most 10
            {'_retryCount': -1}                         | /_retryCount             | at least 0
            {'_retryCount': 'x'}                        | /_retryCount             | must be integer
            {'_retryLogic': 'SOMETIMES'}                | /_retryLogic             | FIXED, EXPONENTIAL_BACKOFF, LINEAR_BACKOFF
            {'_retryDelaySeconds': -1}                  | /_retryDelaySeconds      | at least 0
            {'_retryDelaySeconds': 2592001}             | /_retryDelaySeconds      | at most 2592000
            {'_backoffRate': 0}                         | /_backoffRate            | at least 1
            {'_timeoutSeconds': -1}                     | /_timeoutSeconds         | at least 0
            {'_timeoutPolicy': 'NEVER'}                 | /_timeoutPolicy          | RETRY, TIME_OUT_WF, ALERT_ONLY
            {'_responseTimeoutSeconds': 0.5}            | /_responseTimeoutSeconds | must be integer
            {'_inputParams': {'_auth': {'_type': 'NoAuth'}}}                        | /_inputParams/_url         | _url is required
            {'_inputParams': {'_url': '', '_auth': {'_type': 'NoAuth'}}}            | /_inputParams/_url         | _url must not be empty
            {'_inputParams': {'_url': 'u', '_auth': {}}}                            | /_inputParams/_auth/_type  | _type is required
            {'_inputParams': {'_url': 'u', '_auth': {'_type': 'B', '_p': 'sealed:v1:x'}}} | /_inputParams/_auth/_p | must not begin with sealed:v1:
            {'_inputParams': {'_url': 'u', '_auth': {'_type': 'B'}, 'x': [{'a/b': 'sealed:v1:k:AA'}]}} | /_inputParams/x/0/a~1b | must not begin with sealed:v1:
            {'_inputParams': {'_url': 'u', '_auth': {'_type': 'B'}, '_args': {'_method': 'GO'}}} | /_inputParams/_args/_method | GET, POST, PUT, DELETE
            {'_inputParams': {'_url': 'http://${}', '_auth': {'_type': 'B'}}}       | /_inputParams/_url         | a reference is empty
            {'_inputParams': {'_url': '${a', '_auth': {'_type': 'B'}}}              | /_inputParams/_url         | not closed
            {'_inputParams': {'_url': 'x/${nobody._output.x}', '_auth': {'_type': 'B'}}} | /_inputParams/_url    | ${nobody._output.x} refers to 'nobody', and there is no such task; it may refer to workflow
            {'_inputParams': {'_url': '${t._output.x}', '_auth': {'_type': 'B'}}}   | /_inputParams/_url         | refers to the task 't', which cannot have run before this one
            {'_inputParams': {'_url': '${workflow.x.y}', '_auth': {'_type': 'B'}}}  | /_inputParams/_url         | asks for nothing that 'workflow' has; it may ask for _inputParams
            {'_inputParams': {'_url': '${workflow}', '_auth': {'_type': 'B'}}}      | /_inputParams/_url         | it may ask for _inputParams
            """)
    void aTaskIsCheckedFieldByField(String changes, String pointer, String message) {
        ObjectNode task = (ObjectNode) json("""
                {'_name': 't', '_type': 'REST_CONNECTOR', '_sequenceno': 1,
                 '_inputParams': {'_url': 'u', '_auth': {'_type': 'NoAuth'}}}
                """);
        task.setAll((ObjectNode) json(changes));

        assertOnly(validator.validate(Documents.ofOne(task)), "/_taskDefs/0" + pointer, message);
    }

    /** Rows: a condition, and the name in it that is unknown. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            $.other.iteration < 3                       | other
            $.l.iteration < 3 && $.valuee               | valuee
            $['l'].iteration < 3 ? $.x.a : false        | x
            if ($.body._x < $.nobody) { true; } else { false; } | nobody
            $.l.iteration < $.value                     |
            $.inner._output == 1 && $.body.other        |
            $[$.value] == 2                             |
            Object.keys($.other).length > 2             |
            """)
    void aLoopConditionRefersOnlyToWhatTheLoopHas(String condition, String unknown) {
        ObjectNode loop = (ObjectNode) json("""
                {'_name': 'l', '_type': 'DO_WHILE', '_sequenceno': 1, '_inputParams': {'value': 2}, '_loopOver': [
                  {'_name': 'body', '_type': 'SWITCH', '_sequenceno': 1, '_inputParams': {'_switchCaseValue': 'x'},
                   '_decisionCases': {'x': [
                     {'_name': 'inner', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}]}}]}
                """);
        loop.put("_loopCondition", condition);

        List<Fault> faults = validator.validate(Documents.ofOne(loop));

        if (unknown == null) {
            assertThat(faults).isEmpty();
        } else {
            assertOnly(
                    faults,
                    "/_taskDefs/0/_loopCondition",
                    "refers to $." + unknown + ", which this loop does not have; it may refer to $.l, $.body, $.inner,"
                            + " $.value");
        }
    }

    /** Rows: a reference, and whether it leads to what the other task has sealed. */
    @ParameterizedTest
    @CsvSource({
        "${a._inputParams._auth._params._token}, true",
        "${a.input._auth._token}, true",
        "${a._inputParams._auth}, true",
        "${a._inputParams}, true",
        "x ${a._inputParams['_auth'].x} y, true",
        "${a._inputParams[${workflow._inputParams.key}]}, true",
        "${a._inputParams._auth._type}, false",
        "${a._inputParams._url}, false",
        "${a._inputParams._args._auth}, false",
        "${a._output._auth}, false",
        "${workflow._inputParams._auth}, false",
    })
    void noTaskReadsTheSecretsOfAnother(String reference, boolean refused) {
        ObjectNode first = (ObjectNode) json("""
                {'_name': 'a', '_type': 'REST_CONNECTOR', '_sequenceno': 1, '_inputParams':
                 {'_url': 'u', '_auth': {'_type': 'Bearer', '_params': {'_token': 'x'}}}}
                """);
        ObjectNode second =
                (ObjectNode) json("{'_name': 'b', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 2, '_inputParams': {}}");
        second.withObject("_inputParams").put("seen", reference);

        List<Fault> faults = validator.validate(Documents.of(first, second));

        if (refused) {
            assertOnly(faults, "/_taskDefs/1/_inputParams/seen", "reaches into the secrets of the task 'a'");
        } else {
            assertThat(faults).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"_name", "_type", "_sequenceno", "_inputParams"})
    void whatEveryTaskNeedsIsRequired(String field) {
        ObjectNode task =
                (ObjectNode) json("{'_name': 't', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}");
        task.remove(field);

        assertOnly(validator.validate(Documents.ofOne(task)), "/_taskDefs/0/" + field, field + " is required");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FIXED", "EXPONENTIAL_BACKOFF", "LINEAR_BACKOFF", "LINEAR_BACK", "LINEAR BACK"})
    void everySpellingOfARetryLogicIsTaken(String logic) {
        ObjectNode task = Documents.task("t");
        task.put("_retryLogic", logic);

        assertThat(validator.validate(Documents.of(task))).isEmpty();
    }

    /** Rows: the type's own fields, where the fault is, and what its message contains. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'_type': 'SWITCH', '_inputParams': {}, '_decisionCases': {}}                        | /_inputParams/_switchCaseValue | _switchCaseValue is required
            {'_type': 'SWITCH', '_inputParams': {'_switchCaseValue': {}}, '_decisionCases': {}}  | /_inputParams/_switchCaseValue | must be string or number or boolean
            {'_type': 'SWITCH', '_inputParams': {'_switchCaseValue': 'x'}}                       | /_decisionCases                | _decisionCases is required
            {'_type': 'SWITCH', '_inputParams': {'_switchCaseValue': 'x'}, '_decisionCases': []} | /_decisionCases                | _decisionCases must be an object
            {'_type': 'SWITCH', '_inputParams': {'_switchCaseValue': 'x'}, '_decisionCases': {'a/b': {}}} | /_decisionCases/a~1b  | a/b must be an array
            {'_type': 'SWITCH', '_inputParams': {'_switchCaseValue': 'x'}, '_decisionCases': {'a': [5]}}  | /_decisionCases/a/0   | must be an object
            {'_type': 'FORK_JOIN', '_inputParams': {}}                                           | /_forkTasks                    | _forkTasks is required
            {'_type': 'FORK_JOIN', '_inputParams': {}, '_forkTasks': []}                         | /_forkTasks                    | _forkTasks must not be empty
            {'_type': 'FORK_JOIN', '_inputParams': {}, '_forkTasks': [[], {}]}                   | /_forkTasks/1                  | must be an array
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopOver': [B]}                          | /_loopCondition                | _loopCondition is required
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopOver': [B], '_loopCondition': 5}     | /_loopCondition                | _loopCondition must be a string
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopOver': [B], '_loopCondition': ' '}   | /_loopCondition                | not a JavaScript expression: an expression is required
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopOver': [B], '_loopCondition': '@'}   | /_loopCondition                | not a JavaScript expression: unexpected @
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopCondition': 'true'}                  | /_loopOver                     | _loopOver is required
            {'_type': 'DO_WHILE', '_inputParams': {}, '_loopOver': [], '_loopCondition': 'true'} | /_loopOver                     | _loopOver must not be empty
            {'_type': 'USER_INPUT', '_inputParams': {}}                                          | /_inputParams/_userInput       | _userInput is required
            {'_type': 'USER_INPUT', '_inputParams': {'_userInput': {}}}                          | /_inputParams/_userInput       | 1 to 100 fields
            {'_type': 'USER_INPUT', '_inputParams': {'_userInput': {'a': 'x'}}}                  | /_inputParams/_userInput/a     | a must be a JSON Schema
            {'_type': 'USER_INPUT', '_inputParams': {'_userInput': {'a': {'type': 'x'}}}}        | /_inputParams/_userInput/a/type | type
            {'_type': 'USER_INPUT', '_inputParams': {'_userInput': {'a': {'const': '${workflow._inputParams.x}'}}}} | /_inputParams/_userInput/a/const | no references
            {'_type': 'USER_INPUT', '_inputParams': {'_userInput': {'a': {}}}, '_sendNotification': 'maybe'} | /_sendNotification | must be one of yes, no
            """)
    void aTypeIsCheckedAgainstItsFormalParams(String fields, String pointer, String message) {
        ObjectNode task = Documents.task("t");
        String body = "{'_name': 'b', '_type': 'SCRIPT_EXECUTION', '_sequenceno': 1, '_inputParams': {}}";
        task.setAll((ObjectNode) json(fields.replace("[B]", "[" + body + "]")));

        assertOnly(validator.validate(Documents.ofOne(task)), "/_taskDefs/0" + pointer, message);
    }

    @Test
    void whatAReferenceWillGiveIsNotJudged() {
        assertThat(validator.validate(json("""
                        {'_name': 'w', '_taskDefs': [{'_name': 't', '_type': 'REST_CONNECTOR', '_sequenceno': 1,
                          '_inputParams': {'_url': '${workflow._inputParams.url}', '_auth': '${workflow.input.auth}',
                            '_args': {'_method': '${workflow.input.m}', '_timeoutSeconds': '${workflow.input.s}'}}}]}
                        """))).isEmpty();
    }

    @Test
    void namesAreUniqueAtAllDepths() {
        JsonNode document = Documents.of(
                Documents.task("a"),
                Documents.fork(
                        "f", List.of(Documents.task("b")), List.of(Documents.choice("s", "x", Documents.task("a")))));

        assertOnly(
                validator.validate(document),
                "/_taskDefs/1/_forkTasks/1/0/_decisionCases/x/0/_name",
                "'a' is taken by /_taskDefs/0");
    }

    @Test
    void sequenceNumbersAreUniqueInTheirListOnly() {
        ObjectNode a = Documents.task("a");
        ObjectNode b = Documents.task("b");
        JsonNode document = Documents.of(a, b, Documents.fork("f", List.of(Documents.task("c"))));
        b.put("_sequenceno", 1);

        assertOnly(validator.validate(document), "/_taskDefs/1/_sequenceno", "taken in this list by /_taskDefs/0");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            f(f(a))       | /_taskDefs/0/_forkTasks/0/0/_type                      | FORK_JOIN inside a FORK_JOIN
            f(s(f(a)))    | /_taskDefs/0/_forkTasks/0/0/_decisionCases/x/0/_type   | FORK_JOIN inside a FORK_JOIN
            f(l(f(a)))    | /_taskDefs/0/_forkTasks/0/0/_loopOver/0/_type          | FORK_JOIN inside a FORK_JOIN
            l(l(a))       | /_taskDefs/0/_loopOver/0/_type                         | DO_WHILE inside a DO_WHILE
            l(f(l(a)))    | /_taskDefs/0/_loopOver/0/_forkTasks/0/0/_type          | DO_WHILE inside a DO_WHILE
            l(s(l(a)))    | /_taskDefs/0/_loopOver/0/_decisionCases/x/0/_type      | DO_WHILE inside a DO_WHILE
            """)
    void someNestingIsNotSupported(String shape, String pointer, String message) {
        assertOnly(validator.validate(Documents.of(Documents.shape(shape))), pointer, message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"f(l(a))", "l(f(a))", "s(s(s(f(l(s(a))))))", "l(s(f(a)))"})
    void otherNestingIs(String shape) {
        assertThat(validator.validate(Documents.of(Documents.shape(shape)))).isEmpty();
    }

    /**
     * Rows: which task refers to which, in the definition {@code before, choice(x: x1 x2, y: y1), fork(p1 p2, q1),
     * loop(b1 b2), after}, and whether that is allowed.
     */
    @ParameterizedTest
    @CsvSource({
        "before, before, false",
        "before, choice, false",
        "before, after, false",
        "choice, before, true",
        "choice, x1, false",
        "x1, before, true",
        "x1, choice, true",
        "x1, x2, false",
        "x2, x1, true",
        "x2, y1, false",
        "y1, x1, false",
        "fork, x2, true",
        "fork, y1, true",
        "fork, p1, false",
        "p1, before, true",
        "p1, y1, true",
        "p1, fork, false",
        "p2, p1, true",
        "p1, p2, false",
        "q1, p1, false",
        "p1, q1, false",
        "loop, fork, true",
        "loop, p2, true",
        "loop, q1, true",
        "loop, b1, false",
        "loop, loop, false",
        "b1, loop, true",
        "b1, b1, false",
        "b1, b2, false",
        "b2, b1, true",
        "b2, q1, true",
        "b1, after, false",
        "after, loop, true",
        "after, b2, true",
        "after, x1, true",
        "after, q1, true",
        "after, choice, true",
        "after, nobody, false"
    })
    void aTaskRefersToWhatCanHaveRunBefore(String from, String to, boolean allowed) {
        JsonNode document = Documents.of(
                Documents.task("before"),
                Documents.choice(
                        "choice",
                        List.of("x", "y"),
                        List.of(List.of(Documents.task("x1"), Documents.task("x2")), List.of(Documents.task("y1")))),
                Documents.fork(
                        "fork", List.of(Documents.task("p1"), Documents.task("p2")), List.of(Documents.task("q1"))),
                Documents.loop("loop", Documents.task("b1"), Documents.task("b2")),
                Documents.task("after"));
        String at = Documents.refer(document, from, "${" + to + "._output.a[0].b}");

        List<Fault> faults = validator.validate(document);

        if (allowed) {
            assertThat(faults).isEmpty();
        } else {
            assertOnly(faults, at, "it may refer to workflow");
            assertThat(faults.getFirst().message())
                    .contains("${" + to + "._output.a[0].b}")
                    .contains(to.equals("nobody") ? "no such task" : "cannot have run before");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "a._output, true",
        "a.output.x, true",
        "a._inputParams.x, true",
        "a.input, true",
        "a._status, true",
        "a.iteration, true",
        "a.retryCount, true",
        "a._id, true",
        "a._reason, true",
        "a, false",
        "a._outptu.x, false",
        "a._variables, false",
        "workflow._inputParams.x, true",
        "workflow.input.x, true",
        "workflow._status, true",
        "workflow._variables.x, true",
        "workflow.correlationId, true",
        "workflow.namespace, true",
        "workflow.iteration, false",
        "workflow, false"
    })
    void aReferenceAsksForSomethingThatIsThere(String reference, boolean allowed) {
        JsonNode document = Documents.of(Documents.task("a"), Documents.task("b"));
        String at = Documents.refer(document, "b", "${" + reference + "}");

        List<Fault> faults = validator.validate(document);

        if (allowed) {
            assertThat(faults).isEmpty();
        } else {
            assertOnly(faults, at, "it may ask for");
        }
    }

    @Test
    void theNamesThatMayBeReferredToAreListed() {
        JsonNode document = Documents.of(
                Documents.task("a"), Documents.fork("f", List.of(Documents.task("b"))), Documents.task("c"));
        Documents.refer(document, "c", "${d._output}");

        assertThat(validator.validate(document).getFirst().message()).endsWith("it may refer to workflow, a, f, b");
    }

    @Test
    void aReferenceInsideAReferenceIsCheckedToo() {
        JsonNode document = Documents.of(Documents.task("a"), Documents.task("b"));
        String at = Documents.refer(document, "b", "${a._output.list[${c._output.i}]}");

        assertOnly(validator.validate(document), at, "${c._output.i} refers to 'c'");
    }

    @Test
    void theOrderIsThatOfTheSequenceNumbers() {
        ObjectNode second = Documents.task("second");
        ObjectNode first = Documents.task("first");
        JsonNode document = Documents.of(second, first);
        second.put("_sequenceno", 20);
        first.put("_sequenceno", -3);
        Documents.refer(document, "second", "${first._output}");

        assertThat(validator.validate(document)).isEmpty();
    }

    @Test
    void everyFaultOfADocumentIsListed() {
        List<Fault> faults = validator.validate(json("""
                {'_name': 'a b', '_taskDefs': [
                  {'_name': 'f', '_type': 'FORK_JOIN', '_sequenceno': 1, '_inputParams': {}, '_forkTasks': [
                    [{'_name': 'a', '_type': 'REST_CONNECTOR', '_sequenceno': 1, '_inputParams': {}}],
                    [{'_name': 'b', '_type': 'HAYSTACK', '_sequenceno': 'x', '_inputParams': {'x': '${c._output'}}]]},
                  {'_name': 'l', '_type': 'DO_WHILE', '_sequenceno': 2, '_inputParams': {}, '_loopCondition': '@',
                    '_loopOver': [{}]}]}
                """));

        assertThat(faults)
                .extracting(Fault::pointer)
                .containsExactlyInAnyOrder(
                        "/_name",
                        "/_taskDefs/0/_forkTasks/0/0/_inputParams/_url",
                        "/_taskDefs/0/_forkTasks/0/0/_inputParams/_auth",
                        "/_taskDefs/0/_forkTasks/1/0/_type",
                        "/_taskDefs/0/_forkTasks/1/0/_sequenceno",
                        "/_taskDefs/0/_forkTasks/1/0/_inputParams/x",
                        "/_taskDefs/1/_loopCondition",
                        "/_taskDefs/1/_loopOver/0/_name",
                        "/_taskDefs/1/_loopOver/0/_type",
                        "/_taskDefs/1/_loopOver/0/_sequenceno",
                        "/_taskDefs/1/_loopOver/0/_inputParams");
    }

    @Test
    void whatADefinitionMayCostIsLimited() {
        DefinitionLimits limits = new DefinitionLimits(3, 2, 2_000, 5, Limits.DEFAULT);
        WorkflowsvcValidator small = validator(limits);

        assertThat(small.validate(Documents.of(Documents.task("a"), Documents.task("b"), Documents.task("c"))))
                .isEmpty();
        assertOnly(
                small.validate(Documents.of(
                        Documents.task("a"), Documents.task("b"), Documents.task("c"), Documents.task("d"))),
                "/_taskDefs",
                "at most 3 tasks");
        assertThat(small.validate(Documents.of(Documents.shape("s(s(a))")))).isEmpty();
        assertOnly(
                small.validate(Documents.of(Documents.shape("s(s(s(a)))"))),
                "/_taskDefs/0/_decisionCases/x/0/_decisionCases/x/0/_decisionCases/x",
                "nested deeper than 2");
        assertOnly(
                small.validate(Documents.of(Documents.task("a").put("note", "x".repeat(2_000)))),
                "",
                "larger than 2000");
        ArrayNode wrong = JsonNodeFactory.instance.arrayNode();
        for (int i = 0; i < 50; i++) {
            wrong.add(i);
        }
        assertThat(small.validate(JsonNodeFactory.instance.objectNode().set("_taskDefs", wrong)))
                .hasSize(5);
    }

    @Test
    void aDocumentThatOnlyNestsIsRefusedBeforeItIsWalked() {
        JsonNode deep = JsonNodeFactory.instance.objectNode();
        for (int i = 0; i < 100_000; i++) {
            deep = JsonNodeFactory.instance.objectNode().set("a", deep);
        }

        assertThat(validator.validate(deep)).singleElement().satisfies(fault -> assertThat(fault.message())
                .contains("nests deeper"));
    }

    @Test
    void anyNumberOfThreadsMayValidateAtOnce() throws Exception {
        JsonNode document = Documents.everyType();
        ((ObjectNode) document.at("/_taskDefs/0")).put("_retryCount", 11);
        Callable<Boolean> many = () -> {
            for (int i = 0; i < 100; i++) {
                assertOnly(validator.validate(document), "/_taskDefs/0/_retryCount", "at most 10");
            }
            return true;
        };

        try (ExecutorService executor = Executors.newFixedThreadPool(4)) {
            for (Future<Boolean> done : executor.invokeAll(List.of(many, many, many, many))) {
                assertThat(done.get()).isTrue();
            }
        }
    }

    private static void assertOnly(List<Fault> faults, String pointer, String message) {
        assertThat(faults).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo(pointer);
            assertThat(fault.message()).contains(message);
        });
    }
}
