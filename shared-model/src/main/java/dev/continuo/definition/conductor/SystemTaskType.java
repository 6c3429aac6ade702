package dev.continuo.definition.conductor;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The task types that the engine executes itself. A type that is not here is the name of what external workers poll. */
public enum SystemTaskType {
    SWITCH(Execution.CONTAINER),
    DECISION(Execution.CONTAINER),
    FORK_JOIN(Execution.CONTAINER),
    FORK_JOIN_DYNAMIC(Execution.CONTAINER),
    JOIN(Execution.CONTAINER),
    EXCLUSIVE_JOIN(Execution.CONTAINER),
    DO_WHILE(Execution.CONTAINER),
    DYNAMIC(Execution.CONTAINER),
    INLINE(Execution.DECIDED),
    LAMBDA(Execution.DECIDED),
    JSON_JQ_TRANSFORM(Execution.DECIDED),
    SET_VARIABLE(Execution.DECIDED),
    TERMINATE(Execution.DECIDED),
    NOOP(Execution.DECIDED),
    WAIT(Execution.WAITING),
    HUMAN(Execution.WAITING),
    YIELD(Execution.WAITING),
    HTTP(Execution.CONNECTOR),
    HTTP_POLL(Execution.CONNECTOR),
    KAFKA_PUBLISH(Execution.CONNECTOR),
    EVENT(Execution.CONNECTOR),
    LLM_TEXT_COMPLETE(Execution.CONNECTOR),
    LLM_CHAT_COMPLETE(Execution.CONNECTOR),
    LLM_GENERATE_EMBEDDINGS(Execution.CONNECTOR),
    LIST_MCP_TOOLS(Execution.CONNECTOR),
    CALL_MCP_TOOL(Execution.CONNECTOR),
    START_WORKFLOW(Execution.CONNECTOR),
    SUB_WORKFLOW(Execution.CONNECTOR),
    UPDATE_TASK(Execution.CONNECTOR),
    GET_WORKFLOW(Execution.CONNECTOR),
    TERMINATE_WORKFLOW(Execution.CONNECTOR),
    PULL_WORKFLOW_MESSAGES(Execution.CONNECTOR);

    public enum Execution {
        /** Decides which other tasks run, or waits for them. */
        CONTAINER,
        /** Computed by the decider, with nothing but the task's input. */
        DECIDED,
        /** Waits for time or for somebody, and holds nothing meanwhile. */
        WAITING,
        /** Needs the world outside of the decider: a connector of the worker does it. */
        CONNECTOR
    }

    private static final Map<String, SystemTaskType> BY_NAME =
            Stream.of(values()).collect(Collectors.toUnmodifiableMap(Enum::name, Function.identity()));

    private final Execution execution;

    SystemTaskType(Execution execution) {
        this.execution = execution;
    }

    public Execution execution() {
        return execution;
    }

    /** Empty for the type of a worker task; types are case-sensitive, as in the original. */
    public static Optional<SystemTaskType> find(String type) {
        return Optional.ofNullable(BY_NAME.get(type));
    }

    /**
     * Such a task is never tried again, whatever its definition says (conductor: retries): it would run what it contains
     * once more.
     */
    public boolean neverRetried() {
        return switch (this) {
            case SWITCH, DECISION, FORK_JOIN, FORK_JOIN_DYNAMIC, JOIN, EXCLUSIVE_JOIN, DO_WHILE -> true;
            case DYNAMIC,
                    INLINE,
                    LAMBDA,
                    JSON_JQ_TRANSFORM,
                    SET_VARIABLE,
                    TERMINATE,
                    NOOP,
                    WAIT,
                    HUMAN,
                    YIELD,
                    HTTP,
                    HTTP_POLL,
                    KAFKA_PUBLISH,
                    EVENT,
                    LLM_TEXT_COMPLETE,
                    LLM_CHAT_COMPLETE,
                    LLM_GENERATE_EMBEDDINGS,
                    LIST_MCP_TOOLS,
                    CALL_MCP_TOOL,
                    START_WORKFLOW,
                    SUB_WORKFLOW,
                    UPDATE_TASK,
                    GET_WORKFLOW,
                    TERMINATE_WORKFLOW,
                    PULL_WORKFLOW_MESSAGES -> false;
        };
    }
}
