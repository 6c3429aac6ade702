package dev.continuo.events;

import java.util.Optional;

/** Something that travels through Kafka. */
public sealed interface Event permits TaskQueued, RunLifecycle, WorkflowEvent, EngineCommand {
    EventType eventType();

    /** The key of the record: events with the same key stay in order. */
    String key();

    /** The same for every copy of the same event; empty where only the publisher can tell copies apart. */
    Optional<String> id();
}
