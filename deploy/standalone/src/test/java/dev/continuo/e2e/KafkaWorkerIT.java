package dev.continuo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.example.KafkaWorker;
import dev.continuo.example.KafkaWorker.Answers;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The example of a worker that hears of its tasks through Kafka. */
@ExtendWith(BackendsExtension.class)
class KafkaWorkerIT {
    private static final UnaryOperator<ObjectNode> GREET =
            input -> Docs.object("{}").put("text", "Hello " + input.path("to").asText());

    private final List<KafkaWorker> workers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final String first = "first-" + UUID.randomUUID();
    private final String second = "second-" + UUID.randomUUID();
    private Backends backends;
    private Standalone standalone;
    private Continuo continuo;

    @BeforeEach
    void start(Backends given, @TempDir Path scratch) throws Exception {
        backends = given;
        standalone = Servers.on(scratch, given.pgUri(), given.kafkaBootstrap(), given.topicPrefix())
                .start();
        continuo = Servers.client(standalone);
        JsonNode flow = Docs.read("""
                {name: '%s', version: 1, outputParameters: {first: '${one.output.text}', second: '${two.output.text}'},
                 tasks: [{name: '%s', taskReferenceName: 'one', inputParameters: {to: '${workflow.input.to}'}},
                         {name: '%s', taskReferenceName: 'two', inputParameters: {to: '${one.output.text}'}}]}
                """.formatted(first, first, second));
        continuo.post("/api/metadata/workflow", flow).expect(200);
    }

    @AfterEach
    void stop() throws InterruptedException {
        workers.forEach(KafkaWorker::close);
        for (Thread thread : threads) {
            thread.join(Continuo.LIMIT);
            assertThat(thread.isAlive()).isFalse();
        }
        standalone.close();
    }

    @Test
    void tasksAreAnsweredThroughKafkaAndOverHttp() {
        worker(first, Answers.THROUGH_KAFKA, GREET);
        worker(second, Answers.OVER_HTTP, GREET);

        JsonNode run = ended(start("World"), "COMPLETED");

        assertThat(run.path("output").path("first").asText()).isEqualTo("Hello World");
        assertThat(run.path("output").path("second").asText()).isEqualTo("Hello Hello World");
    }

    @Test
    void aWorkerThatThrowsFailsTheAttemptWithItsReason() {
        List<String> left = Collections.synchronizedList(new ArrayList<>(List.of("broken")));
        worker(first, Answers.THROUGH_KAFKA, input -> {
            throw new IllegalStateException("out of " + left.getFirst());
        });
        continuo.post("/api/metadata/taskdefs", Docs.read("[{name: '%s', retryCount: 0}]".formatted(first)))
                .expect(200);

        JsonNode run = ended(start("World"), "FAILED");

        assertThat(run.path("reasonForIncompletion").asText()).contains("out of broken");
    }

    @Test
    void workersOfOneNameShareTheTasksAndGetNoneTwice() {
        List<String> one = Collections.synchronizedList(new ArrayList<>());
        List<String> other = Collections.synchronizedList(new ArrayList<>());
        worker(first, Answers.THROUGH_KAFKA, noted(one));
        worker(first, Answers.THROUGH_KAFKA, noted(other));
        worker(second, Answers.OVER_HTTP, GREET);

        List<String> runs = new ArrayList<>();
        Await.until("both workers have executed tasks", Continuo.LIMIT, () -> {
            runs.add(start(String.valueOf(runs.size())));
            return !one.isEmpty() && !other.isEmpty();
        });
        runs.forEach(run -> ended(run, "COMPLETED"));

        List<String> all = new ArrayList<>(one);
        all.addAll(other);
        assertThat(all).doesNotHaveDuplicates().hasSize(runs.size());
    }

    @Test
    void aTaskThatSomebodyElseHasIsPassedOver() {
        String taken = start("nobody");
        JsonNode task = Await.value("the task is there", Continuo.LIMIT, () -> {
            Continuo.Answer polled = continuo.get("/api/tasks/poll/" + first);
            return polled.status() == 200 ? Optional.of(polled.json()) : Optional.empty();
        });
        List<String> executed = Collections.synchronizedList(new ArrayList<>());
        KafkaWorker late = worker(first, Answers.THROUGH_KAFKA, noted(executed));
        worker(second, Answers.OVER_HTTP, GREET);

        Await.until("the worker has heard of the task", Continuo.LIMIT, () -> late.lost() == 1);
        ended(start("World"), "COMPLETED");
        ObjectNode result = Docs.object("{status: 'COMPLETED', outputData: {text: 'mine'}}");
        result.set("workflowInstanceId", task.get("workflowInstanceId"));
        result.set("taskId", task.get("taskId"));
        continuo.post("/api/tasks", result).expect(200);

        assertThat(ended(taken, "COMPLETED").path("output").path("first").asText())
                .isEqualTo("mine");
        assertThat(executed).containsExactly("World");
    }

    @Test
    void aTaskWhoseEventDidNotComeIsFoundByLooking() {
        // No events come by this name.
        String elsewhere = backends.topicPrefix() + "elsewhere.";
        worker(elsewhere, first, Answers.THROUGH_KAFKA, GREET);
        worker(elsewhere, second, Answers.THROUGH_KAFKA, GREET);

        assertThat(ended(start("World"), "COMPLETED")
                        .path("output")
                        .path("first")
                        .asText())
                .isEqualTo("Hello World");
    }

    private static UnaryOperator<ObjectNode> noted(List<String> executed) {
        return input -> {
            executed.add(input.path("to").asText());
            return GREET.apply(input);
        };
    }

    private KafkaWorker worker(String task, Answers answers, UnaryOperator<ObjectNode> work) {
        return worker(backends.topicPrefix(), task, answers, work);
    }

    private KafkaWorker worker(String prefix, String task, Answers answers, UnaryOperator<ObjectNode> work) {
        KafkaWorker worker = new KafkaWorker(
                new KafkaWorker.Settings(
                        backends.kafkaBootstrap(),
                        prefix,
                        URI.create("http://127.0.0.1:" + standalone.port() + "/api"),
                        task,
                        "worker-" + workers.size(),
                        answers),
                work);
        workers.add(worker);
        threads.add(Thread.ofPlatform().name("example-worker").start(worker));
        return worker;
    }

    private String start(String to) {
        return continuo.post("/api/workflow/" + first, Docs.object("{}").put("to", to))
                .expect(200)
                .text();
    }

    private JsonNode ended(String run, String status) {
        return Await.value("run " + run + " is " + status, Continuo.LIMIT, () -> {
            JsonNode found = continuo.get("/api/workflow/" + run).expect(200).json();
            String now = found.path("status").asText();
            if (!now.equals(status) && !now.equals("RUNNING")) {
                throw new AssertionError("Should be " + status + ": " + found.toPrettyString());
            }
            return Optional.of(found).filter(there -> now.equals(status));
        });
    }
}
