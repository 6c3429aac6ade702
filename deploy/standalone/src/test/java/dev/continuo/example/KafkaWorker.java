package dev.continuo.example;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * An example: a worker for one kind of task that hears of tasks through Kafka, claims them over HTTP, and answers through
 * Kafka or over HTTP. It knows nothing of the engine; what it needs are Kafka's client, an HTTP client and something that
 * reads JSON. Workers with the same name of the task are one consumer group and share the tasks. One thread runs it.
 */
public final class KafkaWorker implements Runnable, AutoCloseable {
    /** How long nothing has to come before the worker looks itself. */
    private static final Duration LOOK_AFTER = Duration.ofSeconds(2);

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** How results are sent. */
    public enum Answers {
        THROUGH_KAFKA,
        OVER_HTTP
    }

    /**
     * @param kafka host:port of the brokers
     * @param topicPrefix what the names of the installation's topics begin with
     * @param api where the API is, with {@code /api}
     * @param taskName the name of the tasks that are executed
     * @param workerId shown with the tasks that this worker has
     */
    public record Settings(
            String kafka, String topicPrefix, URI api, String taskName, String workerId, Answers answers) {}

    private final Settings settings;
    private final UnaryOperator<ObjectNode> work;
    private final KafkaConsumer<String, String> consumer;
    private final KafkaProducer<String, String> producer;
    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicLong lost = new AtomicLong();
    private volatile boolean closed;

    /** @param work makes the output of a task of its input; whatever it throws fails the attempt */
    public KafkaWorker(Settings settings, UnaryOperator<ObjectNode> work) {
        this.settings = settings;
        this.work = work;
        this.consumer = new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        settings.kafka(),
                        "group.id",
                        "worker-" + settings.taskName(),
                        "auto.offset.reset",
                        "earliest",
                        "enable.auto.commit",
                        "false"),
                new StringDeserializer(),
                new StringDeserializer());
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", settings.kafka(), "enable.idempotence", "true"),
                new StringSerializer(),
                new StringSerializer());
    }

    /** How many tasks were not to be had any more when this worker claimed them. */
    public long lost() {
        return lost.get();
    }

    @Override
    public void run() {
        try (consumer;
                producer;
                http) {
            consumer.subscribe(List.of(settings.topicPrefix() + "task-queued"));
            long quietSince = System.nanoTime();
            while (!closed) {
                for (ConsumerRecord<String, String> event : consumer.poll(Duration.ofMillis(200))) {
                    if (header(event, "task-name").equals(settings.taskName())
                            && header(event, "task-domain").isEmpty()) {
                        heard(event.key());
                        quietSince = System.nanoTime();
                    }
                }
                consumer.commitSync();
                if (System.nanoTime() - quietSince > LOOK_AFTER.toNanos()) {
                    look();
                    quietSince = System.nanoTime();
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException("The API cannot be reached", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Lets the task under way finish, then lets {@link #run} return. */
    @Override
    public void close() {
        closed = true;
    }

    private void heard(String taskId) throws IOException, InterruptedException {
        HttpResponse<String> claimed = post("/tasks/" + taskId + "/claim?workerid=" + settings.workerId(), "");
        if (claimed.statusCode() == 200) {
            ObjectNode task = (ObjectNode) JSON.readTree(claimed.body());
            execute(task, settings.answers());
        } else {
            lost.incrementAndGet();
        }
    }

    /** An event may get lost: what nobody has told of is found by polling, and has no fence. */
    private void look() throws IOException, InterruptedException {
        String path = "/tasks/poll/batch/" + settings.taskName() + "?count=10&workerid=" + settings.workerId();
        for (JsonNode task : JSON.readTree(get(path))) {
            execute((ObjectNode) task, Answers.OVER_HTTP);
        }
    }

    private void execute(ObjectNode task, Answers answers) throws IOException, InterruptedException {
        Optional<ObjectNode> output = Optional.empty();
        String reason = "";
        try {
            output = Optional.of(work.apply((ObjectNode) task.get("inputData")));
        } catch (RuntimeException e) {
            reason = String.valueOf(e.getMessage());
        }
        switch (answers) {
            case THROUGH_KAFKA -> answerThroughKafka(task, output, reason);
            case OVER_HTTP -> answerOverHttp(task, output, reason);
        }
    }

    private void answerThroughKafka(ObjectNode task, Optional<ObjectNode> output, String reason) {
        ObjectNode command = JSON.createObjectNode();
        command.set("runId", task.get("workflowInstanceId"));
        command.set("taskId", task.get("taskId"));
        command.set("fence", task.get("fence"));
        output.ifPresentOrElse(done -> command.set("output", done), () -> command.put("reason", reason));
        String type = output.isPresent() ? "complete-task" : "fail-task";

        ProducerRecord<String, String> message = new ProducerRecord<>(
                settings.topicPrefix() + "commands", command.get("runId").textValue(), command.toString());
        message.headers()
                .add("ce_specversion", "1.0".getBytes(UTF_8))
                .add("ce_id", UUID.randomUUID().toString().getBytes(UTF_8))
                .add("ce_source", ("/workers/" + settings.workerId()).getBytes(UTF_8))
                .add("ce_type", ("dev.continuo.command." + type + ".v1").getBytes(UTF_8));
        producer.send(message);
        // Offsets must not be ahead of answers. One that does not get there is as if the worker had fallen silent: the
        // task's response timeout ends the attempt.
        producer.flush();
    }

    private void answerOverHttp(ObjectNode task, Optional<ObjectNode> output, String reason)
            throws IOException, InterruptedException {
        ObjectNode result = JSON.createObjectNode();
        result.set("workflowInstanceId", task.get("workflowInstanceId"));
        result.set("taskId", task.get("taskId"));
        result.put("workerId", settings.workerId());
        result.put("status", output.isPresent() ? "COMPLETED" : "FAILED");
        output.ifPresentOrElse(
                done -> result.set("outputData", done), () -> result.put("reasonForIncompletion", reason));
        post("/tasks", result.toString());
    }

    private static String header(ConsumerRecord<String, String> event, String name) {
        Header header = event.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), UTF_8);
    }

    private HttpResponse<String> post(String path, String body) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(settings.api() + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body)));
    }

    private String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(settings.api() + path))).body();
    }

    /** Refusals and quiet answers are answers; a worker that is asked to come back later does, and only then. */
    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        while (true) {
            HttpResponse<String> response = http.send(request.timeout(LIMIT).build(), BodyHandlers.ofString());
            if (response.statusCode() < 500 || closed) {
                return response;
            }
            Thread.sleep(Duration.ofSeconds(
                    response.headers().firstValueAsLong("Retry-After").orElse(1)));
        }
    }
}
