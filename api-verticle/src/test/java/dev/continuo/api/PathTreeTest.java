package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.api.PathTree.Found;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PathTreeTest {
    /** Parameters first, so that the order in which they were added would favour them. */
    private static final List<String> ROUTES = List.of(
            "GET /workflow/{workflowId}",
            "POST /workflow/{name}",
            "GET /workflow/search",
            "POST /workflow",
            "GET /workflow/{workflowId}/tasks",
            "GET /workflow/running/{name}",
            "POST /tasks/{workflowId}/{ref}/{status}",
            "POST /tasks/{workflowId}/{status}/signal",
            "POST /tasks/queue/requeue/{type}",
            "GET /tasks/{taskId}/log");

    @ParameterizedTest
    @CsvSource({
        "GET,  /workflow/abc,                GET /workflow/{workflowId}",
        "GET,  /workflow/search,             GET /workflow/search",
        "HEAD, /workflow/search,             GET /workflow/search",
        "POST, /workflow/search,             POST /workflow/{name}",
        "POST, /workflow,                    POST /workflow",
        "POST, /workflow/,                   POST /workflow",
        "GET,  /workflow/abc/,               GET /workflow/{workflowId}",
        "GET,  /workflow/running/tasks,      GET /workflow/running/{name}",
        "GET,  /workflow/search/tasks,       GET /workflow/{workflowId}/tasks",
        "POST, /tasks/a/b/COMPLETED,         POST /tasks/{workflowId}/{ref}/{status}",
        "POST, /tasks/a/COMPLETED/signal,    POST /tasks/{workflowId}/{status}/signal",
        "POST, /tasks/queue/requeue/a,       POST /tasks/queue/requeue/{type}",
        "POST, /tasks/queue/b/COMPLETED,     POST /tasks/{workflowId}/{ref}/{status}",
        "GET,  /workflow/a%2Fb,              GET /workflow/{workflowId}"
    })
    void theMostLiteralPathThatTakesTheMethodServes(String method, String path, String route) {
        assertThat(served(HttpMethod.valueOf(method), path).value()).isEqualTo(route);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /workflow//tasks",
        "GET,  /",
        "GET,  /nowhere",
        "GET,  /workflow/a/b/c",
        "GET,  /tasks",
        "POST, /workflow//"
    })
    void whatNoPathMatchesIsNothing(String method, String path) {
        assertThat(tree().find(HttpMethod.valueOf(method), path)).isInstanceOf(Found.Nothing.class);
    }

    @Test
    void theMethodsOfAllPathsThatMatchAreAllowed() {
        assertThat(tree().find(HttpMethod.DELETE, "/workflow/search"))
                .isEqualTo(new Found.OtherMethods<>("/workflow/search", Set.of("GET", "HEAD", "POST")));
        assertThat(tree().find(HttpMethod.GET, "/workflow"))
                .isEqualTo(new Found.OtherMethods<>("/workflow", Set.of("POST")));
    }

    @Test
    void parametersGoByTheNamesOfTheirOwnPath() {
        assertThat(served(HttpMethod.POST, "/tasks/w/COMPLETED/signal").parameters())
                .isEqualTo(Map.of("workflowId", "w", "status", "COMPLETED"));
        assertThat(served(HttpMethod.POST, "/tasks/w/r/COMPLETED").parameters())
                .isEqualTo(Map.of("workflowId", "w", "ref", "r", "status", "COMPLETED"));
    }

    @Test
    void aRouteThatIsServedAlreadyIsRefused() {
        PathTree<String> tree = tree();
        assertThatThrownBy(() -> tree.add(HttpMethod.GET, "/workflow/{id}", "again"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("/workflow/{id}");
    }

    private static Found.Served<String> served(HttpMethod method, String path) {
        return switch (tree().find(method, path)) {
            case Found.Served<String> served -> served;
            case Found.OtherMethods<String> refused -> throw new AssertionError(refused.toString());
            case Found.Nothing<String> nothing -> throw new AssertionError("nothing at " + path);
        };
    }

    private static PathTree<String> tree() {
        PathTree<String> tree = new PathTree<>();
        for (String route : ROUTES) {
            String[] parts = route.split(" ");
            tree.add(HttpMethod.valueOf(parts[0]), parts[1], route);
        }
        return tree;
    }
}
