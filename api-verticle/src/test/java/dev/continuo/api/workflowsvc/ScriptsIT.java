package dev.continuo.api.workflowsvc;

import static dev.continuo.api.workflowsvc.ApiFixture.ns;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class ScriptsIT {
    private static final String SOURCE = "function add(input, libraries, ctx) {\n  return input.a + input.b;\n}";
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
    void aScriptIsStoredReadReplacedAndDeleted() {
        JsonNode created =
                api.post(ns("scripts"), body("math", "add", SOURCE)).expect(201).json();
        List<String> fields = new ArrayList<>();
        created.fieldNames().forEachRemaining(fields::add);
        assertThat(fields)
                .containsExactly(
                        "_id",
                        "_name",
                        "_namespaces",
                        "_userType",
                        "_version",
                        "_source",
                        "_createdAt",
                        "_updatedAt",
                        "_createdBy",
                        "_updatedBy");
        assertThat(created.path("_version").asInt()).isOne();
        String one = "scripts/" + created.path("_id").asText();
        assertThat(api.get(ns(one)).expect(200).json()).isEqualTo(created);

        JsonNode replaced =
                api.put(ns(one), body("math", "add", SOURCE + "\n")).expect(200).json();
        assertThat(replaced.path("_version").asInt()).isEqualTo(2);
        assertThat(replaced.path("_source").asText()).isEqualTo(SOURCE + "\n");

        api.delete(ns(one)).expect(200);
        api.get(ns(one)).expect(404);
        api.put(ns(one), body("math", "add", SOURCE)).expect(404);
        api.delete(ns(one)).expect(404);
    }

    @Test
    void aNameIsTakenOnceForAUserTypeInANamespace() {
        api.post(ns("scripts"), body("taken", "add", SOURCE)).expect(201);
        assertThat(api.post(ns("scripts"), body("taken", "add", SOURCE))
                        .expect(409)
                        .json()
                        .path("detail")
                        .asText())
                .contains("_name");
        api.post(ns("scripts"), body("other", "add", SOURCE)).expect(201);
        api.post("scripts?nsfilter=other_ns", body("taken", "add", SOURCE)).expect(201);
        String free = api.post(ns("scripts"), body("taken", "free", "function free() {}"))
                .expect(201)
                .json()
                .path("_id")
                .asText();
        api.put(ns("scripts/" + free), body("taken", "add", SOURCE)).expect(409);
    }

    @Test
    void aSyntaxErrorIs400WithItsLine() {
        JsonNode problem = api.post(ns("scripts"), body("broken", "f", "function f() {\n  return (;\n}"))
                .expect(400)
                .json();
        assertThat(problem.at("/errors/0/pointer").asText()).isEqualTo("/_source");
        assertThat(problem.at("/errors/0/message").asText()).contains(":2:");
    }

    @Test
    void aSourceOverTheLimitIs413() {
        api.post(ns("scripts"), body("large", "f", "function f() {}//" + "x".repeat(ScriptRoutes.MAX_SOURCE)))
                .expect(413);
    }

    @Test
    void whatIsMissingIsNamed() {
        assertThat(api.post(ns("scripts"), "{}")
                        .expect(400)
                        .json()
                        .path("errors")
                        .findValuesAsText("pointer"))
                .containsExactly("/_userType", "/_name", "/_source");
    }

    @Test
    void anotherNamespacesScriptIsLikeNone() {
        String id = api.post(ns("scripts"), body("private", "mine", "function mine() {}"))
                .expect(201)
                .json()
                .path("_id")
                .asText();
        String mine =
                api.get("scripts/" + id + "?nsfilter=elsewhere").expect(404).text();
        assertThat(api.get("scripts/00000000-0000-0000-0000-00000000abcd?nsfilter=elsewhere")
                        .expect(404)
                        .text())
                .isEqualTo(mine);
        api.put("scripts/" + id + "?nsfilter=elsewhere", body("private", "mine", SOURCE))
                .expect(404);
        api.delete("scripts/" + id + "?nsfilter=elsewhere").expect(404);
        assertThat(api.get("scripts?nsfilter=elsewhere")
                        .expect(200)
                        .json()
                        .path("_total")
                        .asInt())
                .isZero();
    }

    @Test
    void listsFilterByTypeAndName() {
        for (String name : List.of("one", "two", "onetwo")) {
            api.post(ns("scripts"), body("listed", name, "function " + name + "() {}"))
                    .expect(201);
        }
        JsonNode page = api.get(ns("scripts", "_userType", "listed", "_name", "ONE", "sort", "{\"_name\":1}"))
                .expect(200)
                .json();
        assertThat(page.path("_total").asInt()).isEqualTo(2);
        assertThat(page.path("_list").findValuesAsText("_name")).containsExactly("one", "onetwo");
    }

    private static String body(String userType, String name, String source) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("_userType", userType)
                .put("_name", name)
                .put("_source", source)
                .toString();
    }
}
