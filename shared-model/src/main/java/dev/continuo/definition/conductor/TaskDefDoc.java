package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A task definition, read with the dialect's defaults (conductor: TaskDef). */
public record TaskDefDoc(ObjectNode json) {
    private static final TaskDefDoc DEFAULTS = new TaskDefDoc(JsonNodeFactory.instance.objectNode());
    static final int RETRY_COUNT = 3;
    static final int RETRY_DELAY_SECONDS = 60;
    static final int RESPONSE_TIMEOUT_SECONDS = 3_600;

    /** What a worker task without a definition has. */
    static TaskDefDoc defaults() {
        return DEFAULTS;
    }

    public String name() {
        return Members.text(json, "name").orElse("");
    }

    public int retryCount() {
        return Members.number(json, "retryCount", RETRY_COUNT);
    }

    public RetryPolicy.Backoff retryLogic() {
        return switch (Members.text(json, "retryLogic").orElse("FIXED")) {
            case "EXPONENTIAL_BACKOFF" -> RetryPolicy.Backoff.EXPONENTIAL;
            case "LINEAR_BACKOFF" -> RetryPolicy.Backoff.LINEAR;
            default -> RetryPolicy.Backoff.FIXED;
        };
    }

    public Duration retryDelay() {
        return Members.seconds(json, "retryDelaySeconds", RETRY_DELAY_SECONDS).orElse(Duration.ZERO);
    }

    public int backoffScaleFactor() {
        return Members.number(json, "backoffScaleFactor", 1);
    }

    public Optional<Duration> maxRetryDelay() {
        return Members.seconds(json, "maxRetryDelaySeconds", 0);
    }

    public Duration backoffJitter() {
        return Duration.ofMillis(Members.number(json, "backoffJitterMs", 0));
    }

    /** From the start of an attempt to its end. */
    public Optional<Duration> timeout() {
        return Members.seconds(json, "timeoutSeconds", 0);
    }

    public TimePolicy.OnTimeout timeoutPolicy() {
        return switch (Members.text(json, "timeoutPolicy").orElse("TIME_OUT_WF")) {
            case "RETRY" -> TimePolicy.OnTimeout.RETRY;
            case "ALERT_ONLY" -> TimePolicy.OnTimeout.ALERT_ONLY;
            default -> TimePolicy.OnTimeout.TIME_OUT_RUN;
        };
    }

    /** How long a worker may be silent. */
    public Optional<Duration> responseTimeout() {
        return Members.seconds(json, "responseTimeoutSeconds", RESPONSE_TIMEOUT_SECONDS);
    }

    /** How long an attempt may wait to be polled. */
    public Optional<Duration> pollTimeout() {
        return Members.seconds(json, "pollTimeoutSeconds", 0);
    }

    /** The budget of all attempts together. */
    public Optional<Duration> totalTimeout() {
        return Members.seconds(json, "totalTimeoutSeconds", 0);
    }

    /** How many attempts may be IN_PROGRESS at once. */
    public Optional<Integer> concurrentExecLimit() {
        return Members.number(json, "concurrentExecLimit").filter(limit -> limit > 0);
    }

    /**
     * @param limit attempts that may start within the window
     */
    public record RateLimit(int limit, Duration window) {}

    public Optional<RateLimit> rateLimit() {
        return Members.number(json, "rateLimitPerFrequency")
                .filter(limit -> limit > 0)
                .flatMap(limit -> Members.seconds(json, "rateLimitFrequencyInSeconds", 1)
                        .map(window -> new RateLimit(limit, window)));
    }

    public List<String> inputKeys() {
        return Members.texts(json, "inputKeys");
    }

    public List<String> outputKeys() {
        return Members.texts(json, "outputKeys");
    }

    /** Defaults of the input: used for keys that the task leaves out or that come out as null. */
    public ObjectNode inputTemplate() {
        return Members.object(json, "inputTemplate");
    }

    public Optional<String> isolationGroupId() {
        return Members.text(json, "isolationGroupId");
    }

    public Optional<String> executionNameSpace() {
        return Members.text(json, "executionNameSpace");
    }

    public Optional<SchemaDoc> inputSchema() {
        return Members.optionalObject(json, "inputSchema").map(SchemaDoc::new);
    }

    public Optional<SchemaDoc> outputSchema() {
        return Members.optionalObject(json, "outputSchema").map(SchemaDoc::new);
    }

    public boolean enforceSchema() {
        return Members.bool(json, "enforceSchema", false);
    }

    public boolean taskStatusListenerEnabled() {
        return Members.bool(json, "taskStatusListenerEnabled", true);
    }
}
