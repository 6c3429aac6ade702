package dev.continuo.api.workflowsvc;

import static dev.continuo.api.workflowsvc.ApiFixture.NS;
import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(BackendsExtension.class)
class DefinitionsIT {
    private static final String ASK = """
            [{"_name":"ask","_type":"USER_INPUT","_sequenceno":1,"_sendNotification":"no","_notificationId":"1",
              "_inputParams":{"_userInput":{"choice":{"type":"string","enum":["yes","no"]}}}}]""";
    private static final String CALL = """
            [{"_name":"call","_type":"CALL","_sequenceno":1,
              "_inputParams":{"_url":"https://api.example.org/x",
                              "_auth":{"_type":"Basic","_username":"u","_password":"%s"}}}]""";
    private static ApiFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new ApiFixture(backends);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void whatIsSubmittedComesBackWithWhatTheServerAdds() {
        JsonNode created = api.post(
                        ns("workflowdefs"),
                        "{\"_name\":\"kept\",\"_userType\":\"t\",\"x-own\":{\"deep\":[1,null]},\"_taskDefs\":" + ASK
                                + "}")
                .expect(201)
                .json();
        assertThat(fields(created))
                .containsExactly(
                        "_id",
                        "_name",
                        "_userType",
                        "x-own",
                        "_taskDefs",
                        "_namespaces",
                        "_createdAt",
                        "_updatedAt",
                        "_createdBy",
                        "_updatedBy",
                        "_version");
        assertThat(created.path("x-own").toString()).isEqualTo("{\"deep\":[1,null]}");
        assertThat(created.path("_namespaces").toString()).isEqualTo("[\"" + NS + "\"]");
        assertThat(created.at("/_taskDefs/0/_id").asText()).hasSize(36);
        assertThat(created.path("_createdBy").asText()).isEqualTo("00000000-0000-0000-0000-000000000000");
        assertThat(Instant.parse(created.path("_createdAt").asText()))
                .isBefore(Instant.now().plusSeconds(60));
        assertThat(api.get(ns("workflowdefs/" + created.path("_id").asText()))
                        .expect(200)
                        .json())
                .isEqualTo(created);
    }

    @Test
    void everyFaultIsListedWithItsPointer() {
        JsonNode problem = api.post(
                        ns("workflowdefs"),
                        "{\"_name\":\"a b\",\"_namespaces\":[\"other\"],\"_taskDefs\":[{\"_name\":\"x\",\"_type\":\"NOPE\","
                                + "\"_sequenceno\":1,\"_inputParams\":{\"a\":\"${later._output.b}\"}}]}")
                .expect(400)
                .json();
        assertThat(problem.path("errors").findValuesAsText("pointer"))
                .contains("/_name", "/_namespaces", "/_taskDefs/0/_type", "/_taskDefs/0/_inputParams/a");
        assertThat(problem.toString()).contains("USER_INPUT");
    }

    @Test
    void aSyntaxErrorInALoopConditionIsAFault() {
        JsonNode problem = api.post(
                        ns("workflowdefs"),
                        "{\"_name\":\"loop\",\"_taskDefs\":[{\"_name\":\"l\",\"_type\":\"DO_WHILE\",\"_sequenceno\":1,"
                                + "\"_inputParams\":{},\"_loopCondition\":\"$.l.iteration < (\",\"_loopOver\":" + ASK
                                + "}]}")
                .expect(400)
                .json();
        assertThat(problem.path("errors").findValuesAsText("pointer")).contains("/_taskDefs/0/_loopCondition");
    }

    @Test
    void anUpdateIsANewVersionAndKeepsTheTaskIds() {
        String id = api.define("versions", ASK);
        JsonNode first = api.get(ns("workflowdefs/" + id)).json();
        JsonNode second = api.put(ns("workflowdefs/" + id), "{\"_name\":\"renamed\",\"_taskDefs\":" + ASK + "}")
                .expect(200)
                .json();
        assertThat(second.path("_version").asInt()).isEqualTo(2);
        assertThat(second.path("_name").asText()).isEqualTo("renamed");
        assertThat(second.at("/_taskDefs/0/_id")).isEqualTo(first.at("/_taskDefs/0/_id"));
        assertThat(second.path("_createdAt")).isEqualTo(first.path("_createdAt"));
        assertThat(api.sql("SELECT 1 FROM definition_revision WHERE definition_id = $1", UUID.fromString(id))
                        .size())
                .isEqualTo(2);
    }

    @Test
    void theIdsOfTasksAreTheServersToGive() {
        String task = "{\"_id\":\"mine\",\"_name\":\"%s\",\"_type\":\"USER_INPUT\",\"_sequenceno\":%d,"
                + "\"_sendNotification\":\"no\",\"_notificationId\":\"1\","
                + "\"_inputParams\":{\"_userInput\":{\"a\":{\"type\":\"string\"}}}}";
        String id = api.define("ids", "[" + task.formatted("a", 1) + "," + task.formatted("b", 2) + "]");
        JsonNode first = api.get(ns("workflowdefs/" + id)).json();
        String a = first.at("/_taskDefs/0/_id").asText();
        String b = first.at("/_taskDefs/1/_id").asText();
        assertThat(a).hasSize(36).isNotEqualTo(b);
        String swapped =
                "[" + task.formatted("b", 1) + "," + task.formatted("c", 2).replace("mine", a) + "]";
        JsonNode second = api.put(ns("workflowdefs/" + id), "{\"_name\":\"ids\",\"_taskDefs\":" + swapped + "}")
                .expect(200)
                .json();
        assertThat(second.at("/_taskDefs/0/_id").asText()).isEqualTo(b);
        assertThat(second.at("/_taskDefs/1/_id").asText()).hasSize(36).isNotEqualTo(a);
    }

    @Test
    void faultsComeInTheOrderOfTheDocument() {
        JsonNode problem = api.post(
                        ns("workflowdefs"),
                        "{\"_timeoutSeconds\":-1,\"_taskDefs\":[{\"_retryCount\":99,\"_type\":\"NONE\",\"_sequenceno\":2,"
                                + "\"_inputParams\":{}},{\"_type\":\"NONE\",\"_name\":\"b\",\"_sequenceno\":1,"
                                + "\"_inputParams\":{}}],\"_userType\":5}")
                .expect(400)
                .json();
        assertThat(problem.path("errors").findValuesAsText("pointer"))
                .containsExactly(
                        "/_name",
                        "/_timeoutSeconds",
                        "/_taskDefs/0/_name",
                        "/_taskDefs/0/_retryCount",
                        "/_taskDefs/0/_type",
                        "/_taskDefs/1/_type",
                        "/_userType");
    }

    @Test
    void secretsAreSealedInTheDatabaseAndMaskedInAnswers() {
        Response created = api.post(
                        ns("workflowdefs"), "{\"_name\":\"secret\",\"_taskDefs\":" + CALL.formatted("hunter2") + "}")
                .expect(201);
        assertThat(created.text()).doesNotContain("hunter2").doesNotContain("sealed:");
        assertThat(created.json().at("/_taskDefs/0/_inputParams/_auth").toString())
                .isEqualTo("{\"_type\":\"Basic\",\"_username\":\"***\",\"_password\":\"***\"}");
        String id = created.json().path("_id").asText();
        String before = stored(id);
        assertThat(before).doesNotContain("hunter2").contains("sealed:v1:");

        ObjectNode sentBack = (ObjectNode) created.json();
        sentBack.put("_description", "with its masks");
        Response updated =
                api.put(ns("workflowdefs/" + id), sentBack.toString()).expect(200);
        assertThat(updated.text()).doesNotContain("hunter2").doesNotContain("sealed:");
        String sealed = before.replaceAll(".*\"_password\":\"([^\"]*)\".*", "$1");
        assertThat(stored(id)).contains(sealed).contains("with its masks");

        assertThat(api.get(ns("workflowdefs", "_name", "secret")).expect(200).text())
                .contains("***")
                .doesNotContain("sealed:");
    }

    @Test
    void aMaskThatStandsForNothingIsAFault() {
        JsonNode problem = api.post(
                        ns("workflowdefs"), "{\"_name\":\"nomask\",\"_taskDefs\":" + CALL.formatted("***") + "}")
                .expect(400)
                .json();
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/_taskDefs/0/_inputParams/_auth/_password");
    }

    @Test
    void aDeletedDefinitionIsGone() {
        String id = api.define("gone", ASK);
        assertThat(api.delete(ns("workflowdefs/" + id))
                        .expect(200)
                        .json()
                        .path("message")
                        .asText())
                .isNotBlank();
        api.get(ns("workflowdefs/" + id)).expect(404);
        api.delete(ns("workflowdefs/" + id)).expect(404);
        api.post(ns("workflows"), "{\"_workflowDefId\":\"" + id + "\"}").expect(404);
    }

    @Test
    void anotherNamespacesDefinitionIsLikeNone() {
        String id = api.define("mine", ASK);
        String mine =
                api.get("workflowdefs/" + id + "?nsfilter=other").expect(404).text();
        String none = api.get("workflowdefs/00000000-0000-0000-0000-00000000abcd?nsfilter=other")
                .expect(404)
                .text();
        assertThat(mine).isEqualTo(none);
        assertThat(api.get("workflowdefs/no-id?nsfilter=other").expect(404).text())
                .isEqualTo(none);
        assertThat(api.put("workflowdefs/" + id + "?nsfilter=other", "{}")
                        .expect(404)
                        .text())
                .isEqualTo(none);
        assertThat(api.delete("workflowdefs/" + id + "?nsfilter=other")
                        .expect(404)
                        .text())
                .isEqualTo(none);
        assertThat(api.get("workflowdefs?nsfilter=other&_name=mine")
                        .expect(200)
                        .json()
                        .path("_total")
                        .asInt())
                .isZero();
        api.get(ns("workflowdefs/" + id)).expect(200);
    }

    @Test
    void aDefinitionOfTwoNamespacesIsSeenInBoth() {
        String id = api.post(
                        ns("workflowdefs"),
                        "{\"_name\":\"both\",\"_namespaces\":[\"" + NS + "\",\"second_ns\"],\"_taskDefs\":" + ASK + "}")
                .expect(201)
                .json()
                .path("_id")
                .asText();
        JsonNode seen = api.get("workflowdefs/" + id + "?nsfilter=second_ns")
                .expect(200)
                .json();
        assertThat(seen.path("_namespaces").toString()).isEqualTo("[\"" + NS + "\",\"second_ns\"]");
        assertThat(api.get("workflowdefs?nsfilter=second_ns")
                        .expect(200)
                        .json()
                        .path("_total")
                        .asInt())
                .isOne();
        assertThat(api.put(
                                "workflowdefs/" + id + "?nsfilter=second_ns",
                                "{\"_name\":\"both\",\"_namespaces\":[\"second_ns\"],\"_taskDefs\":" + ASK + "}")
                        .expect(400)
                        .json()
                        .path("detail")
                        .asText())
                .contains(NS);
    }

    @Test
    void listsPageFilterAndSort() {
        List<String> ids = new ArrayList<>();
        for (String name : List.of("List_b", "list_a", "LIST_c")) {
            ids.add(api.post(
                            ns("workflowdefs"),
                            "{\"_name\":\"" + name + "\",\"_userType\":\"lists\",\"_taskDefs\":" + ASK + "}")
                    .expect(201)
                    .json()
                    .path("_id")
                    .asText());
        }
        JsonNode newestFirst = api.get(ns("workflowdefs", "_name", "lisT_", "_userType", "lists"))
                .expect(200)
                .json();
        assertThat(fields(newestFirst)).containsExactly("_offset", "_pageSize", "_total", "_list");
        assertThat(newestFirst.path("_list").findValuesAsText("_version")).hasSize(3);
        assertThat(names(newestFirst)).containsExactly("LIST_c", "list_a", "List_b");
        assertThat(names(api.get(ns("workflowdefs", "_userType", "lists", "sort", "{\"_createdAt\":1}"))
                        .json()))
                .containsExactly("List_b", "list_a", "LIST_c");
        JsonNode second = api.get(ns("workflowdefs", "_userType", "lists", "_offset", "1", "_pagesize", "1"))
                .json();
        assertThat(names(second)).containsExactly("list_a");
        assertThat(second.path("_total").asInt()).isEqualTo(3);
        assertThat(second.path("_pageSize").asInt()).isOne();
        assertThat(names(api.get(ns("workflowdefs", "_userType", "lists", "_count", "2"))
                        .json()))
                .hasSize(2);
        assertThat(names(api.get(ns("workflowdefs", "_name", "%_", "_userType", "lists"))
                        .json()))
                .isEmpty();
        assertThat(ids).hasSize(3);
    }

    @ParameterizedTest
    @CsvSource({"_pageSize,0", "_pageSize,1001", "_offset,-1", "_offset,x", "sort,{\"_nope\":1}", "sort,abc"})
    void badListParametersAre400ThatNameThem(String name, String value) {
        JsonNode problem = api.get(ns("workflowdefs", name, value)).expect(400).json();
        assertThat(problem.at("/errors/0/parameter").asText()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"_name\":1,\"_taskDefs\":[]}",
                "{\"_name\":\"x\",\"_taskDefs\":{}}",
                "{\"_name\":\"a\\u0000b\"}"
            })
    void nonsenseIs400(String body) {
        api.post(ns("workflowdefs"), body).expect(400);
    }

    private static String stored(String id) {
        return api.sql("SELECT document FROM definition WHERE id = $1", UUID.fromString(id))
                .iterator()
                .next()
                .getString(0);
    }

    private static List<String> fields(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static List<String> names(JsonNode page) {
        List<String> names = new ArrayList<>();
        page.path("_list").forEach(entry -> names.add(entry.path("_name").asText()));
        return names;
    }
}
