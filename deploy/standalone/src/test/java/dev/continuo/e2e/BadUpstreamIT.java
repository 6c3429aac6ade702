package dev.continuo.e2e;

import static dev.continuo.e2e.Docs.list;
import static dev.continuo.e2e.Docs.object;
import static dev.continuo.e2e.Docs.rest;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.cli.Child;
import dev.continuo.engine.Setting;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What bad services get, from a process with a heap that is far smaller than what they send. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadUpstreamIT {
    private static final long GIGABYTE = 1L << 30;
    private static final int ATTEMPTS = 3;

    private final Upstream upstream = new Upstream();
    private final Servers servers;
    private Child child;
    private Continuo continuo;

    BadUpstreamIT(Backends backends, @TempDir Path scratch) throws Exception {
        servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix())
                .with(Setting.HTTP_RESPONSE_BYTES, "2 MiB");
    }

    @BeforeAll
    void open() throws Exception {
        child = servers.launch("dev", "-Xmx160m");
        continuo = new Continuo(child.address());
    }

    @AfterAll
    void close() throws Exception {
        child.askToStop();
        assertThat(child.exitCode()).isZero();
        child.close();
        upstream.close();
    }

    private String startOf(ObjectNode task) {
        return continuo.start(continuo.define(list(task)), "{}");
    }

    /** Mechanism: a failure for now is retried as the definition says; each attempt's reason is in the task's log. */
    private void assertRetriedAndFailed(ObjectNode task, String reason) {
        String run = startOf(task);
        JsonNode failed = continuo.await(run, "FAILED");
        assertThat(failed.path("_reason").asText()).contains("call", reason);
        String log = continuo.log(run, "call");
        assertThat(log.lines().filter(line -> line.contains(reason)))
                .as(log)
                .satisfiesExactly(
                        line -> assertThat(line).contains("WARN Attempt 1 of 3 failed"),
                        line -> assertThat(line).contains("WARN Attempt 2 of 3 failed"),
                        line -> assertThat(line).contains("ERROR"));
    }

    @Test
    void aRefusedConnectionIsRetriedByPolicy() {
        assertRetriedAndFailed(rest("call", upstream.refusing()), "was refused");
    }

    @Test
    void aServiceThatNeverAnswersIsGivenUpAtTheTimeLimitAndRetriedByPolicy() {
        upstream.on("/silent", request -> {});
        ObjectNode task = rest("call", upstream.url("/silent"));
        task.withObject("_inputParams").set("_args", object("{_timeoutSeconds: 0.3}"));
        assertRetriedAndFailed(task, "no complete response within 0.3 s");
        assertThat(upstream.calls("/silent")).isEqualTo(ATTEMPTS);
    }

    @Test
    void anAnswerThatIsCutOffInAChunkIsRetriedByPolicy() {
        String broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Type: application/json\r\n\r\n"
                + "5\r\n{\"a\":\r\nff\r\n1";
        assertRetriedAndFailed(rest("call", upstream.broken(broken)), "was closed before the response was complete");
    }

    @Test
    void anAnswerWithAChunkThatIsNoneIsRetriedByPolicy() {
        String broken = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"a\":\r\nzz\r\n1}\r\n0\r\n\r\n";
        assertRetriedAndFailed(rest("call", upstream.broken(broken)), "the response");
    }

    @Test
    void anErrorThatPassesCostsAttemptsButNotTheRun() {
        AtomicInteger left = new AtomicInteger(2);
        upstream.on("/recovering", request -> {
            if (left.getAndDecrement() > 0) {
                request.response().setStatusCode(500).end("not yet");
            } else {
                Upstream.echo(request);
            }
        });
        String run = startOf(rest("call", upstream.url("/recovering")));
        assertThat(continuo.await(run, "COMPLETED").at("/_output/_statusCode").asInt())
                .isEqualTo(200);
        assertThat(upstream.calls("/recovering")).isEqualTo(ATTEMPTS);
        assertThat(continuo.task(run, "call").path("_retryCount").asInt()).isEqualTo(2);
        assertThat(continuo.log(run, "call")).contains("HTTP 500", "not yet", "Attempt 2 of 3 failed", "HTTP 200");
    }

    @Test
    void aRequestThatIsWrongIsNotRepeated() {
        upstream.on("/wrong", request -> request.response().setStatusCode(404).end("no such thing"));
        String run = startOf(rest("call", upstream.url("/wrong")));
        assertThat(continuo.await(run, "FAILED").path("_reason").asText()).contains("HTTP 404", "no such thing");
        assertThat(upstream.calls("/wrong")).isEqualTo(1);
        assertThat(continuo.task(run, "call").at("/_output/_statusCode").asInt())
                .isEqualTo(404);
    }

    /**
     * Mechanism: a body is cut off at the limit while it arrives. Twenty answers of 1 GB each at once would need more
     * than a hundred times the heap of the process, and even their first 16 MB twice as much.
     */
    @Test
    void answersOfAGigabyteAreCutOffAtTheLimitAndNeverHeldInMemory() {
        AtomicLong sent = new AtomicLong();
        upstream.on("/endless", request -> pour(request, sent));
        String definition = continuo.define(list(rest("call", upstream.url("/endless"))));
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(continuo.start(definition, "{}"));
        }
        for (String run : runs) {
            assertThat(continuo.await(run, "FAILED").path("_reason").asText()).contains("2097152");
            assertThat(continuo.log(run, "call")).contains("Attempt 1 of 3 failed", "Attempt 2 of 3 failed");
        }
        assertThat(sent.get() / runs.size() / ATTEMPTS)
                .as("bytes sent for an attempt, what sockets buffer included")
                .isLessThan(64L << 20);
        assertThat(child.process().isAlive()).isTrue();
        assertThat(continuo.get("/health/live").status()).isEqualTo(200);
        String good = startOf(rest("call", upstream.url("/echo/after")));
        continuo.await(good, "COMPLETED");
    }

    /** Sends as fast as the other side takes it. */
    private static void pour(HttpServerRequest request, AtomicLong sent) {
        HttpServerResponse response = request.response().putHeader("content-length", Long.toString(GIGABYTE));
        Buffer piece = Buffer.buffer(new byte[256 << 10]);
        response.exceptionHandler(cut -> {});
        pour(response, piece, sent, GIGABYTE);
    }

    private static void pour(HttpServerResponse response, Buffer piece, AtomicLong sent, long left) {
        long rest = left;
        while (rest > 0 && !response.closed() && !response.writeQueueFull()) {
            response.write(piece);
            sent.addAndGet(piece.length());
            rest -= piece.length();
        }
        long remaining = rest;
        if (remaining > 0) {
            response.drainHandler(drained -> pour(response, piece, sent, remaining));
        }
    }
}
