package dev.continuo.definition.conductor;

import dev.continuo.definition.conductor.Shape.Type;
import java.util.List;

/** The objects of the dialect's documents with their defaults (conductor: JSON shapes). */
final class Shapes {
    /** Also the longest time in seconds, which is 68 years. */
    private static final long MOST = Integer.MAX_VALUE;

    private static final Type.Whole ANY_NUMBER = new Type.Whole(Long.MIN_VALUE, Long.MAX_VALUE);
    private static final Type.Whole FROM_ZERO = new Type.Whole(0, MOST);
    private static final Type.Whole FROM_ONE = new Type.Whole(1, MOST);
    private static final Type.Text TEXT = new Type.Text();
    private static final Type.AnyObject OBJECT = new Type.AnyObject();
    private static final Type TASKS = new Type.ListOf(OBJECT);
    private static final List<String> IDEMPOTENCY = List.of("FAIL", "RETURN_EXISTING", "FAIL_ON_RUNNING");

    private static final Shape CACHE =
            Shape.builder().text("key").with(FROM_ZERO, "ttlInSecond").build();

    private static final Shape SCHEMA = Shape.builder()
            .text("name", "externalRef", "createdBy", "updatedBy", "ownerApp")
            .whole("version", FROM_ZERO, 1)
            .with(new Type.OneOf(List.of("JSON", "AVRO", "PROTOBUF")), "type")
            .with(OBJECT, "data")
            .with(ANY_NUMBER, "createTime", "updateTime")
            .build();

    private static final Shape RATE_LIMIT = Shape.builder()
            .text("rateLimitKey")
            .with(FROM_ZERO, "concurrentExecLimit")
            .with(new Type.OneOf(List.of("QUEUE", "REJECT")), "policy")
            .build();

    private static final Shape STATE_CHANGE =
            Shape.builder().text("type").with(OBJECT, "payload").build();

    private static final Shape SUB_WORKFLOW = Shape.builder()
            .text("name", "idempotencyKey")
            .with(new Type.OrTemplate(FROM_ZERO), "version")
            .with(new Type.MapOf(TEXT), "taskToDomain")
            .with(new Type.OrTemplate(OBJECT), "workflowDefinition")
            .with(new Type.OneOf(IDEMPOTENCY), "idempotencyStrategy")
            .with(new Type.OrTemplate(new Type.Whole(0, 99)), "priority")
            .build();

    static final Shape TASK_DEF = taskDef(FROM_ONE);

    /** Clients that send every member send a zero here for none. */
    private static final Shape EMBEDDED_TASK_DEF = taskDef(FROM_ZERO);

    static final Shape WORKFLOW_TASK = Shape.builder()
            .text("name", "taskReferenceName", "description")
            .object("inputParameters")
            .textOr("type", WorkflowTaskDoc.SIMPLE)
            .text("workflowTaskType", "dynamicTaskNameParam", "caseValueParam", "caseExpression", "scriptExpression")
            .map("decisionCases", TASKS)
            .text("dynamicForkJoinTasksParam", "dynamicForkTasksParam", "dynamicForkTasksInputParamName")
            .list("defaultCase", OBJECT)
            .list("forkTasks", TASKS)
            .whole("startDelay", FROM_ZERO, 0)
            .with(new Type.Struct(SUB_WORKFLOW), "subWorkflowParam")
            .list("joinOn", TEXT)
            .text("joinStatus", "sink")
            .with(new Type.OneOf(List.of("SYNC", "ASYNC")), "joinMode")
            .bool("optional", false)
            .with(new Type.Struct(EMBEDDED_TASK_DEF), "taskDefinition")
            .with(new Type.Bool(), "rateLimited")
            .list("defaultExclusiveJoinTask", TEXT)
            .bool("asyncComplete", false)
            .text("loopCondition")
            .list("loopOver", OBJECT)
            .with(new Type.Anything(), "items")
            .with(FROM_ZERO, "retryCount")
            .text("evaluatorType", "expression")
            .with(OBJECT, "metadata")
            .with(new Type.Struct(CACHE), "cacheConfig")
            .map("onStateChange", new Type.ListOf(new Type.Struct(STATE_CHANGE)))
            .bool("permissive", false)
            .build();

    static final Shape WORKFLOW = Shape.builder()
            .with(ANY_NUMBER, "createTime", "updateTime")
            .text("createdBy", "updatedBy", "ownerApp", "ownerEmail", "name", "description")
            .whole("version", FROM_ONE, 1)
            .list("tasks", OBJECT)
            .list("inputParameters", new Type.TextOrObject())
            .object("outputParameters")
            .text("failureWorkflow")
            .with(FROM_ZERO, "failureWorkflowVersion")
            .whole("schemaVersion", ANY_NUMBER, 2)
            .bool("restartable", true)
            .bool("workflowStatusListenerEnabled", false)
            .text("workflowStatusListenerSink")
            .oneOf("timeoutPolicy", List.of("TIME_OUT_WF", "ALERT_ONLY"), "ALERT_ONLY")
            .whole("timeoutSeconds", FROM_ZERO, 0)
            .object("variables")
            .object("inputTemplate")
            .with(new Type.Struct(RATE_LIMIT), "rateLimitConfig")
            .with(new Type.Struct(SCHEMA), "inputSchema", "outputSchema")
            .bool("enforceSchema", true)
            .object("metadata")
            .with(new Type.Struct(CACHE), "cacheConfig")
            .list("maskedFields", TEXT)
            .build();

    private Shapes() {}

    private static Shape taskDef(Type.Whole response) {
        return Shape.builder()
                .with(ANY_NUMBER, "createTime", "updateTime")
                .text("createdBy", "updatedBy", "ownerApp", "ownerEmail", "name", "description")
                .whole("retryCount", FROM_ZERO, TaskDefDoc.RETRY_COUNT)
                .whole("timeoutSeconds", FROM_ZERO, 0)
                .list("inputKeys", TEXT)
                .list("outputKeys", TEXT)
                .oneOf("timeoutPolicy", List.of("RETRY", "TIME_OUT_WF", "ALERT_ONLY"), "TIME_OUT_WF")
                .oneOf("retryLogic", List.of("FIXED", "LINEAR_BACKOFF", "EXPONENTIAL_BACKOFF"), "FIXED")
                .whole("retryDelaySeconds", FROM_ZERO, TaskDefDoc.RETRY_DELAY_SECONDS)
                .whole("maxRetryDelaySeconds", FROM_ZERO, 0)
                .whole("backoffJitterMs", FROM_ZERO, 0)
                .whole("backoffScaleFactor", FROM_ONE, 1)
                .whole("responseTimeoutSeconds", response, TaskDefDoc.RESPONSE_TIMEOUT_SECONDS)
                .whole("totalTimeoutSeconds", FROM_ZERO, 0)
                .with(FROM_ZERO, "pollTimeoutSeconds", "concurrentExecLimit")
                .object("inputTemplate")
                .whole("rateLimitPerFrequency", FROM_ZERO, 0)
                .whole("rateLimitFrequencyInSeconds", FROM_ZERO, 1)
                .text("isolationGroupId", "executionNameSpace", "baseType")
                .bool("taskStatusListenerEnabled", true)
                .with(new Type.Struct(SCHEMA), "inputSchema", "outputSchema")
                .bool("enforceSchema", false)
                .with(new Type.ListOf(new Type.Anything()), "runtimeMetadata")
                .build();
    }
}
