package dev.continuo.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;

/** A server's admin API, one request at a time. What goes wrong is told in a line that says what to do. */
final class AdminClient implements AutoCloseable {
    static final String TOKEN_VARIABLE = "CONTINUO_ADMIN_TOKEN";

    private static final String BASE = "/admin/v1";
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(LIMIT)
            .build();
    private final URI server;
    private final Optional<String> token;

    /** @param token the server's admin token, or an API key of the role admin */
    AdminClient(URI server, Optional<String> token) {
        this.server = server;
        this.token = token;
    }

    /** @throws IOException for any answer but 200 */
    JsonNode get(String path) throws IOException, InterruptedException {
        return send("GET", path, BodyPublishers.noBody(), 200);
    }

    /** @throws IOException for any answer but 201 */
    JsonNode create(String path, JsonNode body) throws IOException, InterruptedException {
        return send("POST", path, BodyPublishers.ofString(body.toString()), 201);
    }

    /** @throws IOException for any answer but 200 */
    JsonNode delete(String path) throws IOException, InterruptedException {
        return send("DELETE", path, BodyPublishers.noBody(), 200);
    }

    private JsonNode send(String method, String path, BodyPublisher body, int wanted)
            throws IOException, InterruptedException {
        String root = server.toString().replaceAll("/+$", "");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + BASE + path))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .method(method, body);
        token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        HttpResponse<String> answer = exchange(request.build());
        JsonNode read = read(answer.body());
        if (answer.statusCode() == wanted && read.isObject()) {
            return read;
        }
        throw new IOException(refusal(answer.statusCode(), read));
    }

    private HttpResponse<String> exchange(HttpRequest request) throws IOException, InterruptedException {
        try {
            return client.send(request, BodyHandlers.ofString());
        } catch (HttpTimeoutException e) {
            throw new IOException(server + " does not answer. Is --url the address of a Continuo server?", e);
        } catch (ConnectException e) {
            throw new IOException(
                    "Nobody serves on " + server + ". Start the server, or name another one with --url.", e);
        } catch (SSLException e) {
            throw new IOException(
                    server + " speaks no TLS that this program trusts (" + e.getMessage() + "). Is it http?", e);
        }
    }

    private String refusal(int status, JsonNode body) {
        if (!body.has("detail")) {
            return server + " answers " + status + " and has no admin API. Is --url the address of a Continuo server?";
        }
        String told = body.path("detail").asText().replaceAll("\\s*\\R\\s*", " ");
        String all = server + " refuses with " + status + ": " + told + ".";
        if (status != 401) {
            return all;
        }
        return all
                + (token.isPresent()
                        ? " Check the value of " + TOKEN_VARIABLE + "."
                        : " Set " + TOKEN_VARIABLE + " to the server's admin token.");
    }

    private static JsonNode read(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            // Not ours: the status tells what matters.
            return MissingNode.getInstance();
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
