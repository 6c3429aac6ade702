package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.ask;
import static dev.continuo.e2e.Docs.choice;
import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.loop;
import static dev.continuo.e2e.Docs.object;
import static dev.continuo.e2e.Docs.rest;
import static dev.continuo.e2e.Docs.script;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.engine.Setting;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bad ids, bad definitions and bad scripts get. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputIT {
    private static final Duration SCRIPT_LIMIT = Duration.ofSeconds(1);

    private final Upstream upstream = new Upstream();
    private final Servers servers;
    private Standalone standalone;
    private Continuo continuo;

    BadInputIT(Backends backends, @TempDir Path scratch) throws Exception {
        servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix())
                .with(Setting.SCRIPT_TIMEOUT_MS, Long.toString(SCRIPT_LIMIT.toMillis()));
    }

    @BeforeAll
    void open() throws Exception {
        standalone = servers.start();
        continuo = Servers.client(standalone);
    }

    @AfterAll
    void close() {
        standalone.close();
        upstream.close();
    }

    /** Mechanism: every query is scoped by the namespace, and a 404 repeats nothing of the request. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "workflowdefs/DEF",
                "workflows/RUN",
                "workflows/RUN?_includeLoopOverTasks=true",
                "workflows/RUN/tasks/TASK",
                "workflows/RUN/tasks/TASK/logs",
                "workflows/RUN/tasks/TASK/loopovertasks"
            })
    void anUnknownIdAndOneOfAnotherNamespaceGetTheSame404(String path) {
        Ids known = ids();
        assertThat(continuo.get(known.in(path)).status()).isEqualTo(200);
        String separator = path.contains("?") ? "&" : "?";
        Continuo.Answer unknown = continuo.get(Ids.random().in(path)).expect(404);
        Continuo.Answer foreign =
                continuo.get(known.in(path) + separator + "nsfilter=second_ns2").expect(404);
        Continuo.Answer malformed =
                continuo.get(new Ids("x", "y", "z").in(path)).expect(404);
        assertThat(foreign.text()).isEqualTo(unknown.text()).isEqualTo(malformed.text());
        assertThat(foreign.headers().map().keySet())
                .isEqualTo(unknown.headers().map().keySet());
    }

    @Test
    void nothingCanBeDoneToARunFromAnotherNamespace() {
        Ids known = ids();
        Ids unknown = Ids.random();
        ObjectNode terminate = object("{_status: 'TERMINATED'}");
        ObjectNode answer = object("{_userInput: {ok: true}}");
        String elsewhere = "?nsfilter=second_ns2";
        List<Continuo.Answer> answers = List.of(
                continuo.put(unknown.in("workflows/RUN/status"), terminate),
                continuo.put(known.in("workflows/RUN/status") + elsewhere, terminate),
                continuo.post(unknown.in("workflows/RUN/userinput/TASK"), answer),
                continuo.post(known.in("workflows/RUN/userinput/TASK") + elsewhere, answer),
                continuo.post("workflows", Continuo.startOf(unknown.definition(), "{}")),
                continuo.post("workflows" + elsewhere, Continuo.startOf(known.definition(), "{}")));
        assertThat(answers).allSatisfy(each -> each.expect(404));
        assertThat(answers.stream().map(Continuo.Answer::text).distinct()).hasSize(1);
        assertThat(continuo.run(known.run()).path("_status").asText()).isEqualTo("RUNNING");
    }

    private record Ids(String definition, String run, String task) {
        static Ids random() {
            return new Ids(
                    UUID.randomUUID().toString(),
                    UUID.randomUUID().toString(),
                    UUID.randomUUID().toString());
        }

        String in(String path) {
            return path.replace("DEF", definition).replace("RUN", run).replace("TASK", task);
        }
    }

    private Ids ids() {
        String definition = continuo.define(list(ask("wait", "{ok: {type: 'boolean'}}")));
        String run = continuo.start(definition, "{}");
        return new Ids(definition, run, continuo.taskId(run, "wait"));
    }

    /** Mechanism: the validator walks the tree with what has been reached before each task. */
    @ParameterizedTest
    @CsvSource({
        "nobody, '${nobody._output._body}'",
        "itself, '${first._output._body}'",
        "later, '${second._output._body}'",
        "other case, '${inside._output._body}'",
        "not a root, '${workflow._nonsense.x}'",
        "unclosed, '${second._output'",
    })
    void aReferenceToATaskThatDoesNotExistOrComesLaterIsRefusedWithItsPlace(String what, String reference) {
        ArrayNode tasks = list(
                rest("first", "http://127.0.0.1/"),
                rest("second", "http://127.0.0.1/"),
                choice("route", "a", object("{}").set("a", list(rest("inside", "http://127.0.0.1/")))));
        tasks.get(0).withObject("/_inputParams/_args/_headers").put("x-from", reference);
        JsonNode problem =
                continuo.post("workflowdefs", definition(tasks)).expect(400).json();
        assertThat(problem.at("/errors").valueStream().map(error -> error.path("pointer")
                        .asText()))
                .as(what)
                .containsExactly("/_taskDefs/0/_inputParams/_args/_headers/x-from");
        assertThat(problem.path("message").asText()).isNotBlank();
    }

    private static ObjectNode definition(ArrayNode tasks) {
        ObjectNode definition = object("{}").put("_name", "refused-" + UUID.randomUUID());
        definition.set("_taskDefs", tasks);
        return definition;
    }

    /** Mechanism: the limits of the sandbox: time, memory and size of the result, and none of it on an event loop. */
    @ParameterizedTest
    @CsvSource({
        "throws, 'throw new Error(\"no way\")', no way",
        "loops for ever, 'for (;;) {}', took longer than 1000 ms",
        "returns 50 MB, 'return \"x\".repeat(50 * 1024 * 1024)', Invalid string length",
        "is much, 'const a = []; while (a.length < 50) a.push(\"x\".repeat(1 << 20)); return a', larger|alloc|longer",
        "takes all memory, 'const a = []; for (;;) a.push(new Array(1000).fill(1))', took longer|allocated",
        "recurses for ever, 'return (function again() { return again() + 1 })()', Maximum call stack",
    })
    void aBadScriptFailsItsTaskWithAReasonWithinItsLimitAndHarmsNobody(String what, String body, String reason) {
        String name = "bad_" + UUID.randomUUID().toString().replace("-", "");
        continuo.script(name, "function " + name + "(input, libraries, ctx) { " + body + " }");
        String bad = continuo.define(list(script("bad", name)));
        assertFailsAloneWithin(SCRIPT_LIMIT.plusSeconds(6), bad, "bad", reason);
    }

    /**
     * Mechanism: a condition that takes longer than the lane's small budget moves to the script pool, with its limits.
     */
    @ParameterizedTest
    @CsvSource({
        "throws, '(() => { throw new Error(\"no way\") })()', no way",
        "loops for ever, '(() => { for (;;) {} })()', took longer than 1000 ms",
        "returns 50 MB, '\"x\".repeat(50 * 1024 * 1024)', Invalid string length",
        "big, '(() => { let a = []; while (a.length < 50) a.push(`x`.repeat(1 << 20)); return a })()', larg|alloc|long",
        "takes memory, '(() => { let a = []; for (;;) a.push(new Array(1000).fill(1)) })()', took longer|allocated",
    })
    void aBadConditionFailsItsLoopWithAReasonWithinItsLimitAndHarmsNobody(
            String what, String condition, String reason) {
        String bad =
                continuo.define(list(loop("round", "{}", condition, list(rest("page", upstream.url("/echo/page"))))));
        assertFailsAloneWithin(SCRIPT_LIMIT.plusSeconds(6), bad, "round", reason);
    }

    /**
     * While more bad runs than there are script threads go on, a good one completes. Lanes commit in the meantime: were
     * the bad conditions evaluated on them, nothing else would go on before their limit.
     */
    private void assertFailsAloneWithin(Duration limit, String bad, String task, String reason) {
        List<String> bads = List.of(continuo.start(bad, "{}"), continuo.start(bad, "{}"), continuo.start(bad, "{}"));
        String good = continuo.define(list(rest("good", upstream.url("/echo/good"))));
        continuo.await(continuo.start(good, "{}"), "COMPLETED", SCRIPT_LIMIT.plusSeconds(2));
        assertThat(continuo.get("/health/live").status()).isEqualTo(200);
        for (String run : bads) {
            JsonNode failed = continuo.await(run, "FAILED", limit.plus(SCRIPT_LIMIT));
            assertThat(failed.path("_reason").asText()).contains(task).containsPattern(reason);
            assertThat(continuo.task(run, task).path("_reason").asText()).isNotBlank();
            assertThat(continuo.log(run, task)).contains("ERROR");
        }
        assertThat(continuo.get("/health/live").status()).isEqualTo(200);
    }
}
