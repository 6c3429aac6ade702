package dev.continuo.worker.connector.kafka;

import dev.continuo.worker.connector.ConductorType;

/** KAFKA_PUBLISH as definitions see it. */
public final class KafkaPublishType extends ConductorType {
    public static final String NAME = "KAFKA_PUBLISH";

    public KafkaPublishType() {
        super(NAME);
    }
}
