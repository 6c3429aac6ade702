package dev.continuo.events;

import java.util.Optional;
import java.util.UUID;

/** What others may ask of the engine through Kafka. A command may arrive more than once and must then change nothing. */
public sealed interface EngineCommand extends Event permits StartRun, CompleteTask, FailTask {
    /** The run that the command is about; commands of one run are handled in order. Empty for a run without an id yet. */
    Optional<UUID> run();
}
