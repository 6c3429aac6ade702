package dev.continuo.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Whether everything about a run of the sample workflow is as it must be. */
final class Verification {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> LOGGING = List.of(
            "read_order",
            "check_stock",
            "check_credit",
            "ship_parcel #1",
            "ship_parcel #2",
            "ship_parcel #3",
            "close_order");
    private static final List<String> INLINE =
            List.of("check_order", "approve_order", "act_on_decision", "ship_parcels");

    private final List<String> differences = new ArrayList<>();
    private final String order;

    private Verification(String order) {
        this.order = order;
    }

    /**
     * What differs, one line each.
     *
     * @param order the number of the order that was approved
     */
    static List<String> differences(String order, Evidence evidence) {
        Verification verification = new Verification(order);
        verification.run(evidence.run());
        verification.tasks(evidence.run());
        verification.expect(
                "attempts of read_order",
                2,
                1 + evidence.readOrder().path("_retryCount").asInt());
        verification.passes(evidence.passes());
        verification.wrongAnswer(evidence.wrongAnswer());
        verification.calls(evidence.calls());
        for (String task : LOGGING) {
            if (evidence.logLines().getOrDefault(task, 0) == 0) {
                verification.differences.add("the log of " + task + " is empty");
            }
        }
        return List.copyOf(verification.differences);
    }

    private void run(JsonNode run) {
        expect("the run's _status", "COMPLETED", run.path("_status").asText());
        if (run.has("_reason")) {
            differences.add("the run has a _reason: " + run.path("_reason").asText());
        }
        expect(
                "the output's _statusCode",
                200,
                run.path("_output").path("_statusCode").asInt());
        expect(
                "the output's _body",
                json("{'order':'" + order + "','decision':'approved','parcels':3}"),
                run.path("_output").path("_body"));
    }

    private void tasks(JsonNode run) {
        Map<String, String> found = new LinkedHashMap<>();
        for (JsonNode task : run.path("_tasks")) {
            String name = Follower.name(task);
            String twice = found.put(name, task.path("_status").asText());
            if (twice != null) {
                differences.add("the run has the task " + name + " twice");
            }
        }
        Stream.concat(LOGGING.stream(), INLINE.stream())
                .forEach(name -> expect("the _status of " + name, "COMPLETED", found.remove(name)));
        found.forEach((name, status) -> differences.add("the run has a task that it must not have: " + name));
    }

    private void passes(JsonNode page) {
        expect("the _total of loopovertasks", 3, page.path("_total").asInt());
        List<Integer> iterations = new ArrayList<>();
        page.path("_list")
                .forEach(task -> iterations.add(task.path("_iteration").asInt()));
        expect("the iterations of loopovertasks", List.of(1, 2, 3), iterations);
    }

    private void wrongAnswer(Server.Reply reply) {
        expect("the status for a wrong answer", 400, reply.status());
        expect(
                "the pointer to the wrong field",
                "/_userInput/decision",
                reply.body().path("errors").path(0).path("pointer").asText());
    }

    /** Calls of one operation have an order; those of parallel branches have none. */
    private void calls(List<ServiceCall> calls) {
        Map<String, List<String>> seen = new LinkedHashMap<>();
        for (ServiceCall call : calls) {
            seen.computeIfAbsent(call.operation(), key -> new ArrayList<>()).add(shown(call.status(), call.body()));
        }
        expectedCalls()
                .forEach(
                        (operation, expected) -> expect("the calls of " + operation, expected, seen.remove(operation)));
        seen.forEach((operation, unexpected) ->
                differences.add("the service was called though it must not be: " + operation + " " + unexpected));
    }

    private Map<String, List<String>> expectedCalls() {
        Map<String, List<String>> expected = new LinkedHashMap<>();
        expected.put("GET /orders/" + order, List.of("503", "200"));
        expected.put("GET /stock/lamp", List.of("200"));
        expected.put("POST /credit", List.of(shown(200, json("{'customer':'Ada','amount':89.7}"))));
        expected.put("POST /parcels", List.of(parcel(1), parcel(2), parcel(3)));
        JsonNode closing = json("{'decision':'approved','note':'" + Demo.NOTE + "','available':8,'credit':true}");
        expected.put("POST /orders/" + order + "/closing", List.of(shown(200, closing)));
        return expected;
    }

    private String parcel(int number) {
        return shown(201, json("{'order':'" + order + "','parcel':" + number + "}"));
    }

    private static String shown(int status, JsonNode body) {
        return body.isMissingNode() ? Integer.toString(status) : status + " " + body;
    }

    private void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            differences.add(what + ": expected " + expected + ", found " + (found == null ? "none" : found));
        }
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text.replace('\'', '"'));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not JSON: " + text, e);
        }
    }
}
