package dev.continuo.worker.connector.kafka;

import dev.continuo.worker.connector.ConductorType;

/** EVENT as definitions see it. */
public final class EventTaskType extends ConductorType {
    public static final String NAME = "EVENT";

    public EventTaskType() {
        super(NAME);
    }
}
