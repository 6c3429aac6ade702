package dev.continuo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class VerificationTest {
    private static final String ORDER = "A-1";

    @Test
    void aRunThatIsAsItMustBeHasNoDifferences() {
        assertThat(differences(good -> {})).isEmpty();
    }

    @Test
    void parallelBranchesMayCallInAnyOrder() {
        assertThat(differences(found -> Collections.swap(found.calls, 2, 3))).isEmpty();
    }

    /** One thing that may go wrong, and what is told about it. */
    private record Row(String name, Consumer<Found> change, String told) {}

    @TestFactory
    Stream<DynamicTest> whateverDiffersIsTold() {
        return Stream.of(
                        new Row(
                                "the run failed",
                                f -> f.run.put("_status", "FAILED"),
                                "expected COMPLETED, found FAILED"),
                        new Row("it has a reason", f -> f.run.put("_reason", "why"), "the run has a _reason: why"),
                        new Row("no output", f -> f.run.remove("_output"), "the output's _body"),
                        new Row("wrong count", f -> f.outputBody().put("parcels", 2), "\"parcels\":3}, found"),
                        new Row("number as text", f -> f.outputBody().put("parcels", "3"), "the output's _body"),
                        new Row("a task waits", f -> f.task(0).put("_status", "QUEUED"), "the _status of read_order"),
                        new Row("a task is missing", f -> f.tasks().remove(1), "the _status of check_stock: expected"),
                        new Row("a task of another case", f -> f.addTask("release_stock", 0), "release_stock"),
                        new Row("a fourth pass", f -> f.addTask("ship_parcel", 4), "must not have: ship_parcel #4"),
                        new Row("a task twice", f -> f.addTask("check_stock", 0), "task check_stock twice"),
                        new Row("no retry", f -> f.readOrder.remove("_retryCount"), "read_order: expected 2, found 1"),
                        new Row("passes lost", f -> f.passes.put("_total", 2), "loopovertasks: expected 3, found 2"),
                        new Row("passes mixed up", f -> f.pass(0).put("_iteration", 2), "[1, 2, 3], found [2, 2, 3]"),
                        new Row("wrong answer taken", f -> f.refusalStatus = 200, "a wrong answer: expected 400"),
                        new Row("refusal without field", f -> f.refusal.remove("errors"), "/_userInput/decision"),
                        new Row("empty log", f -> f.logs.put("ship_parcel #2", 0), "log of ship_parcel #2 is empty"),
                        new Row("no log", f -> f.logs.remove("close_order"), "the log of close_order is empty"),
                        new Row("no 503", f -> f.calls.remove(0), "expected [503, 200], found [200]"),
                        new Row("a call twice", f -> f.calls.add(f.calls.get(3)), "the calls of POST /credit"),
                        new Row("parcels out of order", f -> Collections.swap(f.calls, 4, 5), "POST /parcels"),
                        new Row("a call never made", f -> f.calls.remove(7), "found none"),
                        new Row("another call", f -> f.call("GET", "/x", 404, ""), "must not be: GET /x"))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertThat(differences(row.change()))
                        .as("differences")
                        .isNotEmpty()
                        .anySatisfy(line -> assertThat(line).contains(row.told()))));
    }

    private static List<String> differences(Consumer<Found> change) {
        Found found = new Found();
        change.accept(found);
        return Verification.differences(
                ORDER,
                new Evidence(
                        found.run,
                        found.readOrder,
                        found.passes,
                        new Server.Reply(found.refusalStatus, found.refusal),
                        found.logs,
                        found.calls));
    }

    /** Evidence of a run that went well, to be spoilt. */
    private static final class Found {
        private final ObjectNode run = JsonNodeFactory.instance.objectNode();
        private final ObjectNode readOrder =
                JsonNodeFactory.instance.objectNode().put("_retryCount", 1);
        private final ObjectNode passes = JsonNodeFactory.instance.objectNode().put("_total", 3);
        private final ObjectNode refusal =
                (ObjectNode) json("{'errors':[{'pointer':'/_userInput/decision','message':'no'}]}");
        private final Map<String, Integer> logs = new LinkedHashMap<>();
        private final List<ServiceCall> calls = new ArrayList<>();
        private int refusalStatus = 400;

        private Found() {
            run.put("_status", "COMPLETED");
            run.putArray("_tasks");
            run.set("_output", json("{'_statusCode':200,'_body':{'order':'A-1','decision':'approved','parcels':3}}"));
            for (String name : List.of("read_order", "check_stock", "check_credit", "close_order")) {
                addTask(name, 0);
                logs.put(name, 2);
            }
            for (String name : List.of("check_order", "approve_order", "act_on_decision", "ship_parcels")) {
                addTask(name, 0);
            }
            for (int pass = 1; pass <= 3; pass++) {
                addTask("ship_parcel", pass);
                logs.put("ship_parcel #" + pass, 2);
                passes.withArray("_list").addObject().put("_iteration", pass);
            }
            call("GET", "/orders/A-1", 503, "");
            call("GET", "/orders/A-1", 200, "");
            call("GET", "/stock/lamp", 200, "");
            call("POST", "/credit", 200, "{'customer':'Ada','amount':89.7}");
            for (int parcel = 1; parcel <= 3; parcel++) {
                call("POST", "/parcels", 201, "{'order':'A-1','parcel':" + parcel + "}");
            }
            call(
                    "POST",
                    "/orders/A-1/closing",
                    200,
                    "{'decision':'approved','note':'Welcome back','available':8,'credit':true}");
        }

        private ArrayNode tasks() {
            return (ArrayNode) run.path("_tasks");
        }

        private ObjectNode task(int index) {
            return (ObjectNode) tasks().get(index);
        }

        private ObjectNode pass(int index) {
            return (ObjectNode) passes.path("_list").get(index);
        }

        private ObjectNode outputBody() {
            return (ObjectNode) run.path("_output").path("_body");
        }

        private void addTask(String name, int iteration) {
            ObjectNode task = tasks().addObject().put("_name", name).put("_status", "COMPLETED");
            if (iteration > 0) {
                task.put("_iteration", iteration);
            }
        }

        private void call(String method, String path, int status, String body) {
            calls.add(new ServiceCall(method, path, body.isEmpty() ? MissingNode.getInstance() : json(body), status));
        }

        private static JsonNode json(String text) {
            try {
                return new ObjectMapper().readTree(text.replace('\'', '"'));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
