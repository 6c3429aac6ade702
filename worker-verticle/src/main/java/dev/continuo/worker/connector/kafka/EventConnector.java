package dev.continuo.worker.connector.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.events.EventCodec;
import dev.continuo.events.EventHeaders;
import dev.continuo.events.PublisherSettings;
import dev.continuo.events.WorkflowEvent;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.LooseValues;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * EVENT: the task's input as a message to a sink; the output is the message and {@code event_produced}. {@code conductor}
 * and {@code conductor:name} go to the engine's topic of events, {@code kafka:topic} to a topic of the engine's Kafka under
 * the rules of KAFKA_PUBLISH. An attempt that is repeated sends its message again, with the same id.
 */
public final class EventConnector implements Connector {
    private final PublishSettings settings;
    private final TaskPublisher publisher;

    public EventConnector(Vertx vertx, PublishSettings settings) {
        this.settings = settings;
        this.publisher = new TaskPublisher(vertx, settings);
    }

    @Override
    public String type() {
        return EventTaskType.NAME;
    }

    /** Whoever reads events would read them. */
    @Override
    public boolean takesSecrets() {
        return false;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        Sink sink;
        try {
            sink = Sink.parse(task.input(), task.ref());
        } catch (InvalidInput e) {
            return Future.succeededFuture(ConnectorResult.Failed.forGood("EVENT: " + log.redact(e.getMessage())));
        }
        return switch (sink) {
            case Sink.Own(String event) -> send(own(event, task), ownDestination(), sink, task, log);
            case Sink.Topic(String event, String topic) ->
                switch (Destination.admit(topic, settings)) {
                    case Destination.Admission.Refused(ConnectorResult.Failed failed) -> Future.succeededFuture(failed);
                    case Destination.Admission.Granted(Destination destination) ->
                        send(others(topic, task), destination, sink, task, log);
                };
        };
    }

    private Destination ownDestination() {
        return new Destination(settings.own(), settings.requestTimeout(), settings.maxBlock());
    }

    private ProducerRecord<byte[], byte[]> own(String event, ConnectorTask task) {
        WorkflowEvent announced =
                new WorkflowEvent(task.id().toString(), event, task.namespace(), task.runId(), task.id(), task.input());
        return new ProducerRecord<>(
                settings.topics().events(),
                null,
                announced.key().getBytes(UTF_8),
                EventCodec.encode(announced),
                EventHeaders.of(announced, PublisherSettings.DEFAULT.source(), Instant.now()));
    }

    private static ProducerRecord<byte[], byte[]> others(String topic, ConnectorTask task) {
        return new ProducerRecord<>(
                topic,
                null,
                task.id().toString().getBytes(UTF_8),
                task.input().toString().getBytes(UTF_8),
                List.of());
    }

    private Future<ConnectorResult> send(
            ProducerRecord<byte[], byte[]> message,
            Destination destination,
            Sink sink,
            ConnectorTask task,
            TaskLog log) {
        log.info("Sending " + message.value().length + " bytes as " + sink.event());
        Promise<ConnectorResult> end = Promise.promise();
        task.cancellation().onCancel(() -> end.tryComplete(ConnectorResult.Failed.forNow("cancelled")));
        publisher
                .send(destination, message)
                .onComplete(
                        metadata -> end.tryComplete(sent(sink, task)),
                        failure -> end.tryComplete(ConnectorResult.Failed.forNow(log.redact(
                                "The event " + sink.event() + " was not sent: " + TaskPublisher.why(failure)))));
        return end.future();
    }

    private static ConnectorResult sent(Sink sink, ConnectorTask task) {
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        output.setAll((ObjectNode) task.input());
        output.put("event_produced", sink.event());
        return LooseValues.flag(task.input().path("asyncComplete"))
                ? new ConnectorResult.Waiting(output)
                : new ConnectorResult.Completed(output);
    }

    @Override
    public Future<Void> close() {
        return publisher.close();
    }
}
