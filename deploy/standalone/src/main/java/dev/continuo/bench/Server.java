package dev.continuo.bench;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;

/** The server under test, as its clients reach it: HTTP/1.1, kept-alive connections, one request at a time on each. */
final class Server {
    private static final String BASE = "/workflowsvc/api/v1";
    private static final int LIMIT_MILLIS = 30_000;
    private static final int WAITING = 10_000;
    private static final JsonFactory JSON = new JsonFactory();

    private final HttpClient client;
    private final String namespace;

    Server(Vertx vertx, URI url, int connections, String namespace) {
        HttpClientOptions options = new HttpClientOptions()
                .setDefaultHost(url.getHost())
                .setDefaultPort(url.getPort() < 0 ? 80 : url.getPort())
                .setKeepAlive(true)
                .setPipelining(false);
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(connections).setMaxWaitQueueSize(WAITING);
        this.client = vertx.createHttpClient(options, pool);
        this.namespace = namespace;
    }

    /** Creates a definition and returns its id. */
    Future<String> define(JsonNode definition) {
        return create("/workflowdefs", Buffer.buffer(definition.toString())).map(created -> text(created, "_id"));
    }

    /** @param body as {@link #startBody} makes it */
    Future<Buffer> start(Buffer body) {
        return create("/workflows", body);
    }

    static Buffer startBody(String definitionId, long number) {
        return Buffer.buffer(
                "{\"_workflowDefId\":\"" + definitionId + "\",\"_inputParams\":{\"n\":\"" + number + "\"}}");
    }

    /** The word that the dialect has for where the run stands. */
    Future<String> status(String runId) {
        return get("/workflows/" + runId + "?nsfilter=" + namespace).map(run -> text(run, "_status"));
    }

    /** How many runs of a definition are in one of the statuses; the server counts up to 100,000. */
    Future<Long> count(String definitionId, List<String> statuses) {
        List<Future<Long>> counts = new ArrayList<>();
        for (String status : statuses) {
            String query = "&_pageSize=1&_defId=" + definitionId + "&_status=" + status;
            counts.add(get("/workflows?nsfilter=" + namespace + query).map(page -> number(page, "_total")));
        }
        return Future.all(counts)
                .map(all -> counts.stream().mapToLong(Future::result).sum());
    }

    private Future<Buffer> create(String path, Buffer body) {
        return send(HttpMethod.POST, path + "?nsfilter=" + namespace, body, 201);
    }

    private Future<Buffer> get(String path) {
        return send(HttpMethod.GET, path, Buffer.buffer(), 200);
    }

    private Future<Buffer> send(HttpMethod method, String path, Buffer body, int expected) {
        RequestOptions options =
                new RequestOptions().setMethod(method).setURI(BASE + path).setTimeout(LIMIT_MILLIS);
        if (method == HttpMethod.POST) {
            options.putHeader("content-type", "application/json");
        }
        return client.request(options)
                .compose(request -> method == HttpMethod.POST ? request.send(body) : request.send())
                .compose(response -> response.body()
                        .compose(answer -> response.statusCode() == expected
                                ? Future.succeededFuture(answer)
                                : Future.failedFuture(new IOException("%s %s was answered with %d: %s"
                                        .formatted(method, path, response.statusCode(), answer)))));
    }

    /** A member of the outermost object; a parser that builds no tree leaves more of the machine to the server. */
    static String text(Buffer json, String member) {
        try (JsonParser parser = JSON.createParser(json.getBytes())) {
            parser.nextToken();
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                boolean wanted = parser.currentName().equals(member);
                parser.nextToken();
                if (wanted) {
                    return parser.getText();
                }
                parser.skipChildren();
            }
            throw new IllegalStateException("No " + member + " in " + json);
        } catch (IOException e) {
            throw new UncheckedIOException("Not JSON: " + json, e);
        }
    }

    private static long number(Buffer json, String member) {
        return Long.parseLong(text(json, member));
    }
}
