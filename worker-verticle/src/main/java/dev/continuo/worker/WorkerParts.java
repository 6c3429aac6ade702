package dev.continuo.worker;

import dev.continuo.events.DeadLetters;
import dev.continuo.events.KafkaConnection;
import dev.continuo.events.Topics;
import dev.continuo.secret.Sealer;
import io.micrometer.core.instrument.MeterRegistry;

/** What a worker works with; all of it may be shared by the workers of a process. */
public record WorkerParts(
        WorkerEngine engine,
        KafkaConnection kafka,
        Topics topics,
        DeadLetters deadLetters,
        ConnectorFactory connectors,
        Sealer sealer,
        InFlight inFlight,
        MeterRegistry registry) {}
