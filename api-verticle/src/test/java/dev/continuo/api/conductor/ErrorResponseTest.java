package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.api.PointerPath;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorResponseTest {
    private static final ErrorResponse WORDING = new ErrorResponse("server-1");

    @Test
    void aRefusalHasTheMembersThatClientsRead() {
        assertThat(WORDING.body(Problem.of(404, "No such thing"), "/api/x").toString())
                .isEqualTo("{\"status\":404,\"message\":\"No such thing\",\"instance\":\"server-1\","
                        + "\"retryable\":false}");
    }

    @Test
    void whatMaySucceedLaterIsRetryable() {
        Problem problem = Problem.of(503, "away").retryAfter(Duration.ofSeconds(2));
        assertThat(WORDING.body(problem, "/api/x").path("retryable").asBoolean())
                .isTrue();
    }

    @Test
    void eachFaultIsListedWithItsPathAndValue() {
        Problem problem = Problem.flawed(
                "The workflow definition",
                List.of(
                        new Flaw.AtPath("tasks[0].name", "is empty", TextNode.valueOf("")),
                        new Flaw.AtPath("tasks[0].type", "is missing", MissingNode.getInstance()),
                        new Flaw.AtPath(
                                "tasks[1]",
                                "is no task",
                                JsonNodeFactory.instance.objectNode().put("n", 1)),
                        new Flaw.AtPath("version", "is too small", IntNode.valueOf(-1)),
                        new Flaw.InBody("/a~1b/0/c", "is wrong"),
                        new Flaw.InQuery("size", "is too large")));
        assertThat(WORDING.body(problem, "/api/x").path("validationErrors").toString())
                .isEqualTo("[{\"path\":\"tasks[0].name\",\"message\":\"is empty\",\"invalidValue\":\"\"},"
                        + "{\"path\":\"tasks[0].type\",\"message\":\"is missing\"},"
                        + "{\"path\":\"tasks[1]\",\"message\":\"is no task\",\"invalidValue\":\"{\\\"n\\\":1}\"},"
                        + "{\"path\":\"version\",\"message\":\"is too small\",\"invalidValue\":\"-1\"},"
                        + "{\"path\":\"a/b[0].c\",\"message\":\"is wrong\"},"
                        + "{\"path\":\"size\",\"message\":\"is too large\"}]");
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "/a, a", "/a/0, a[0]", "/0/a, [0].a", "/a/b/c, a.b.c"})
    void aPointerIsWrittenAsAPath(String pointer, String path) {
        assertThat(PointerPath.of(pointer)).isEqualTo(path);
    }
}
