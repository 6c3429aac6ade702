package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** The server in the workflowsvc dialect, in one namespace. */
final class Workflowsvc {
    private static final String BASE = "/workflowsvc/api/v1";

    private final Server server;
    private final String namespace;

    Workflowsvc(Server server, String namespace) {
        this.server = server;
        this.namespace = namespace;
    }

    /** The resource's whole URL. */
    String url(String path) {
        return server.address() + full(path);
    }

    private String full(String path) {
        String namespaced = "nsfilter=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8);
        return BASE + path + (path.contains("?") ? "&" : "?") + namespaced;
    }

    /** @throws DemoFailure for any answer but 200 */
    JsonNode get(String path) throws DemoFailure, InterruptedException {
        return server.get(full(path));
    }

    /** @throws DemoFailure for an answer with another status */
    JsonNode post(String path, JsonNode body, int status) throws DemoFailure, InterruptedException {
        return server.post(full(path), body, status);
    }

    /** Whatever the answer is. */
    Server.Reply tryPost(String path, JsonNode body) throws DemoFailure, InterruptedException {
        return server.tryPost(full(path), body);
    }
}
