package dev.continuo.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Stream;

/** A user's view of the server: plain HTTP, one request at a time. Paths begin with a slash. */
final class Server {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration READY_INTERVAL = Duration.ofMillis(100);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client;
    private final String address;
    private final Map<String, String> headers;

    /**
     * @param address {@code http://127.0.0.1:8080}
     * @param headers of every request
     */
    Server(HttpClient client, String address, Map<String, String> headers) {
        this.client = client;
        this.address = address;
        this.headers = Map.copyOf(headers);
    }

    record Reply(int status, JsonNode body) {}

    /** The same server, for somebody else. */
    Server with(Map<String, String> others) {
        return new Server(client, address, others);
    }

    String address() {
        return address;
    }

    /** Waits until all that the server needs is up; it answers before its Kafka is. */
    void awaitReady() throws DemoFailure, InterruptedException {
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        Reply reply = send(request("/health/ready"));
        while (reply.status() != 200) {
            if (System.nanoTime() > end) {
                throw new DemoFailure("The server did not become ready: " + reply.body());
            }
            Thread.sleep(READY_INTERVAL);
            reply = send(request("/health/ready"));
        }
    }

    /** @throws DemoFailure for any answer but 200 */
    JsonNode get(String path) throws DemoFailure, InterruptedException {
        return expect(200, "GET " + path, send(request(path).GET()));
    }

    /** @throws DemoFailure for an answer with another status */
    JsonNode post(String path, JsonNode body, int status) throws DemoFailure, InterruptedException {
        return expect(status, "POST " + path, tryPost(path, body));
    }

    /** Whatever the answer is. */
    Reply tryPost(String path, JsonNode body) throws DemoFailure, InterruptedException {
        return send(request(path)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(body.toString())));
    }

    /** The lines of an answer as they come, until it ends or the stream is closed. */
    Stream<String> lines(String path) throws DemoFailure, InterruptedException {
        HttpRequest request = unlimited(path).build();
        try {
            HttpResponse<Stream<String>> response = client.send(request, BodyHandlers.ofLines());
            if (response.statusCode() != 200) {
                response.body().close();
                throw new DemoFailure("GET " + path + " was answered with " + response.statusCode());
            }
            return response.body();
        } catch (IOException e) {
            throw new DemoFailure("GET " + path + " got no answer: " + e);
        }
    }

    private HttpRequest.Builder request(String path) {
        return unlimited(path).timeout(LIMIT);
    }

    private HttpRequest.Builder unlimited(String path) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(URI.create(address + path));
        headers.forEach(builder::header);
        return builder;
    }

    private Reply send(HttpRequest.Builder builder) throws DemoFailure, InterruptedException {
        HttpRequest request = builder.build();
        String what = request.method() + " " + request.uri();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Reply(response.statusCode(), json(what, response));
        } catch (IOException e) {
            throw new DemoFailure(what + " got no answer: " + e);
        }
    }

    private static JsonNode json(String what, HttpResponse<String> response) throws DemoFailure {
        try {
            return JSON.readTree(response.body());
        } catch (JsonProcessingException e) {
            throw new DemoFailure(
                    what + " was answered with %d and no JSON: %s".formatted(response.statusCode(), response.body()));
        }
    }

    private static JsonNode expect(int status, String what, Reply reply) throws DemoFailure {
        if (reply.status() != status) {
            throw new DemoFailure(
                    "%s was answered with %d instead of %d: %s".formatted(what, reply.status(), status, reply.body()));
        }
        return reply.body();
    }
}
