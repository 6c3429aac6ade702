package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.Plan;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TimePolicy;
import java.time.Duration;
import java.util.Optional;

/** Reads the retry and timeout fields of a valid document, with the dialect's defaults (workflowsvc: properties page). */
final class Policies {
    private static final int RETRIES = 3;
    private static final int RETRY_DELAY_SECONDS = 60;

    private Policies() {}

    /** A SWITCH, FORK_JOIN or DO_WHILE is never tried again: that would run what is inside it again. */
    static RetryPolicy retry(JsonNode task, TaskKind.Role role) {
        return switch (role) {
            case WORK, HUMAN ->
                new RetryPolicy(
                        task.path("_retryCount").asInt(RETRIES),
                        backoff(task.path("_retryLogic").asText()),
                        Duration.ofSeconds(task.path("_retryDelaySeconds").asLong(RETRY_DELAY_SECONDS)),
                        task.path("_backoffRate").asInt(1),
                        Optional.empty(),
                        Duration.ZERO);
            case SWITCH, FORK, LOOP -> RetryPolicy.NEVER;
        };
    }

    private static RetryPolicy.Backoff backoff(String logic) {
        return switch (logic) {
            case "EXPONENTIAL_BACKOFF" -> RetryPolicy.Backoff.EXPONENTIAL;
            case "LINEAR_BACKOFF", "LINEAR_BACK", "LINEAR BACK" -> RetryPolicy.Backoff.LINEAR;
            default -> RetryPolicy.Backoff.FIXED;
        };
    }

    /** A SWITCH takes no time, so it has no limit. */
    static TimePolicy time(JsonNode task, TaskKind.Role role) {
        return switch (role) {
            case WORK, HUMAN, FORK, LOOP ->
                new TimePolicy(
                        Duration.ZERO,
                        seconds(task.path("_timeoutSeconds")),
                        onTimeout(task.path("_timeoutPolicy").asText()),
                        seconds(task.path("_responseTimeoutSeconds")));
            case SWITCH -> TimePolicy.NONE;
        };
    }

    private static TimePolicy.OnTimeout onTimeout(String policy) {
        return switch (policy) {
            case "RETRY" -> TimePolicy.OnTimeout.RETRY;
            case "ALERT_ONLY" -> TimePolicy.OnTimeout.ALERT_ONLY;
            default -> TimePolicy.OnTimeout.TIME_OUT_RUN;
        };
    }

    static Plan.OnRunTimeout onRunTimeout(JsonNode policy) {
        return policy.asText().equals("ALERT_ONLY") ? Plan.OnRunTimeout.ALERT_ONLY : Plan.OnRunTimeout.TIME_OUT;
    }

    /** Zero means no limit. */
    static Optional<Duration> seconds(JsonNode value) {
        return value.asLong() > 0 ? Optional.of(Duration.ofSeconds(value.asLong())) : Optional.empty();
    }
}
