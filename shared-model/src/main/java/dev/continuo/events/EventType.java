package dev.continuo.events;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The kinds of events. A member may be added to one; whatever would break a reader gets a new type with the next
 * version number.
 */
public enum EventType {
    TASK_QUEUED("dev.continuo.task.queued.v1", "task-queued"),
    RUN_LIFECYCLE("dev.continuo.run.lifecycle.v1", "run-lifecycle"),
    WORKFLOW_EVENT("dev.continuo.workflow.event.v1", "workflow-event"),
    START_RUN("dev.continuo.command.start-run.v1", "start-run"),
    COMPLETE_TASK("dev.continuo.command.complete-task.v1", "complete-task"),
    FAIL_TASK("dev.continuo.command.fail-task.v1", "fail-task");

    private static final Map<String, EventType> BY_CE_TYPE =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(EventType::ceType, Function.identity()));

    private final String ceType;
    private final String schemaName;

    EventType(String ceType, String schemaName) {
        this.ceType = ceType;
        this.schemaName = schemaName;
    }

    /** The CloudEvents {@code type} attribute. */
    public String ceType() {
        return ceType;
    }

    /** The class path resource with the JSON Schema of the value. */
    public String schema() {
        return "/events/" + schemaName + ".schema.json";
    }

    /** Empty for a type that this version does not know. */
    public static Optional<EventType> of(String ceType) {
        return Optional.ofNullable(BY_CE_TYPE.get(ceType));
    }
}
