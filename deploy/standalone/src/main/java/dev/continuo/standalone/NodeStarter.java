package dev.continuo.standalone;

import dev.continuo.engine.Settings;
import java.util.concurrent.CompletionStage;

/** Starts what a process serves. */
@FunctionalInterface
public interface NodeStarter {
    /**
     * Returns once requests are served.
     *
     * @param settings with the addresses of Postgres, which is up, and Kafka
     * @param kafkaServing completes when Kafka is up too: an embedded one takes seconds longer than Postgres
     */
    Node start(Settings settings, CompletionStage<Void> kafkaServing) throws Exception;
}
