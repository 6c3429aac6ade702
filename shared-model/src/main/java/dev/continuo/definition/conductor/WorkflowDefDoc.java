package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A workflow definition, read with the dialect's defaults (conductor: WorkflowDef).
 *
 * @param json the definition as its author wrote it, or its snapshot
 */
public record WorkflowDefDoc(ObjectNode json) {

    /**
     * How many runs of one key may be open at once.
     *
     * @param key a template over the run's input; runs with the same text share the limit
     */
    public record RateLimit(String key, int concurrent, OnLimit onLimit) {}

    public enum OnLimit {
        /** The run waits until another one ends. */
        QUEUE,
        /** The start is refused. */
        REJECT
    }

    public String name() {
        return Members.text(json, "name").orElse("");
    }

    public int version() {
        return Members.number(json, "version", 1);
    }

    public Optional<String> description() {
        return Members.text(json, "description");
    }

    public List<WorkflowTaskDoc> tasks() {
        return Members.tasks(json.path("tasks"));
    }

    /** Defaults of the run's input. */
    public ObjectNode inputTemplate() {
        return Members.object(json, "inputTemplate");
    }

    /** Empty: the run's output is the output of the task that completed last. */
    public ObjectNode outputParameters() {
        return Members.object(json, "outputParameters");
    }

    public ObjectNode variables() {
        return Members.object(json, "variables");
    }

    public Optional<Duration> timeout() {
        return Members.seconds(json, "timeoutSeconds", 0);
    }

    public Plan.OnRunTimeout timeoutPolicy() {
        return Members.text(json, "timeoutPolicy").filter("TIME_OUT_WF"::equals).isPresent()
                ? Plan.OnRunTimeout.TIME_OUT
                : Plan.OnRunTimeout.ALERT_ONLY;
    }

    public Optional<String> failureWorkflow() {
        return Members.text(json, "failureWorkflow");
    }

    /** Absent: the latest. */
    public Optional<Integer> failureWorkflowVersion() {
        return Members.number(json, "failureWorkflowVersion");
    }

    public boolean restartable() {
        return Members.bool(json, "restartable", true);
    }

    public int schemaVersion() {
        return Members.number(json, "schemaVersion", 2);
    }

    /** Absent when there is no limit or nothing to count by. */
    public Optional<RateLimit> rateLimitConfig() {
        JsonNode config = json.path("rateLimitConfig");
        return Members.text(config, "rateLimitKey").flatMap(key -> Members.number(config, "concurrentExecLimit")
                .filter(limit -> limit > 0)
                .map(limit -> new RateLimit(key, limit, onLimit(config))));
    }

    private static OnLimit onLimit(JsonNode config) {
        return Members.text(config, "policy").filter("REJECT"::equals).isPresent() ? OnLimit.REJECT : OnLimit.QUEUE;
    }

    /** Names of fields whose values are not shown. */
    public List<String> maskedFields() {
        return Members.texts(json, "maskedFields");
    }

    public Optional<SchemaDoc> inputSchema() {
        return Members.optionalObject(json, "inputSchema").map(SchemaDoc::new);
    }

    public Optional<SchemaDoc> outputSchema() {
        return Members.optionalObject(json, "outputSchema").map(SchemaDoc::new);
    }

    public boolean enforceSchema() {
        return Members.bool(json, "enforceSchema", true);
    }

    public Optional<WorkflowTaskDoc.Cache> cacheConfig() {
        return Members.optionalObject(json, "cacheConfig").flatMap(Caches::read);
    }

    public boolean workflowStatusListenerEnabled() {
        return Members.bool(json, "workflowStatusListenerEnabled", false);
    }

    public Optional<String> workflowStatusListenerSink() {
        return Members.text(json, "workflowStatusListenerSink");
    }

    public Optional<String> ownerApp() {
        return Members.text(json, "ownerApp");
    }
}
