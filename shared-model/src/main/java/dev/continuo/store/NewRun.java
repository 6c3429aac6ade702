package dev.continuo.store;

import dev.continuo.decide.Start;
import dev.continuo.definition.Plan;
import java.util.List;
import java.util.Optional;

/**
 * A run to start.
 *
 * @param sharedWith namespaces besides the run's own that may see it
 * @param userType the definition's classifier, which lists are filtered by
 */
public record NewRun(Start start, Plan plan, List<String> sharedWith, Optional<String> userType) {}
