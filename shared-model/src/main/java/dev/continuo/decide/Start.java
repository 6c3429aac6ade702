package dev.continuo.decide;

import dev.continuo.model.Run;
import java.util.UUID;

/**
 * A new run.
 *
 * @param runId chosen by the caller, so that a start that is sent twice is one run
 */
public record Start(UUID runId, Run.Origin origin) {}
