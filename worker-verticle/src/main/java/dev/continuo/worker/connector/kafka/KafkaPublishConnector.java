package dev.continuo.worker.connector.kafka;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * KAFKA_PUBLISH: one record to a topic, acknowledged by all replicas in sync; the output is {@code {topic, partition,
 * offset}}. Unlike in Conductor a task may send only to the engine's own Kafka and to brokers that the configuration
 * names.
 */
public final class KafkaPublishConnector implements Connector {
    private final PublishSettings settings;
    private final TaskPublisher publisher;

    public KafkaPublishConnector(Vertx vertx, PublishSettings settings) {
        this.settings = settings;
        this.publisher = new TaskPublisher(vertx, settings);
    }

    @Override
    public String type() {
        return KafkaPublishType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        PublishRequest request;
        try {
            request = PublishRequest.parse(task.input(), settings);
        } catch (InvalidInput e) {
            log.info("Not sent, as the input is no record");
            return Future.succeededFuture(ConnectorResult.Failed.forNow(log.redact(e.getMessage())));
        }
        return switch (Destination.admit(request, settings)) {
            case Destination.Admission.Refused(ConnectorResult.Failed failed) -> Future.succeededFuture(failed);
            case Destination.Admission.Granted(Destination destination) -> publish(request, destination, task, log);
        };
    }

    private Future<ConnectorResult> publish(
            PublishRequest request, Destination destination, ConnectorTask task, TaskLog log) {
        log.info("Publishing " + request.value().length + " bytes to the topic " + request.topic());
        Promise<ConnectorResult> end = Promise.promise();
        task.cancellation().onCancel(() -> end.tryComplete(ConnectorResult.Failed.forNow("cancelled")));
        publisher
                .send(destination, request.toRecord())
                .onComplete(
                        metadata -> end.tryComplete(published(request, metadata)),
                        failure -> end.tryComplete(
                                ConnectorResult.Failed.forNow(log.redact("No record was published to the topic "
                                        + request.topic() + ": " + TaskPublisher.why(failure)))));
        return end.future();
    }

    private static ConnectorResult published(PublishRequest request, RecordMetadata metadata) {
        ObjectNode output = JsonNodeFactory.instance
                .objectNode()
                .put("topic", metadata.topic())
                .put("partition", metadata.partition())
                .put("offset", metadata.offset());
        return request.asyncComplete() ? new ConnectorResult.Waiting(output) : new ConnectorResult.Completed(output);
    }

    int openProducers() {
        return publisher.openProducers();
    }

    @Override
    public Future<Void> close() {
        return publisher.close();
    }
}
