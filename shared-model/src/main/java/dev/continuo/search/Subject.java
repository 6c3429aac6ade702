package dev.continuo.search;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What is searched for: the same word may be another field of a workflow than of a task. */
public enum Subject {
    WORKFLOWS(workflowFields()),
    TASKS(taskFields());

    private final List<String> names;
    private final Map<String, SearchField> fields;

    Subject(Map<String, SearchField> named) {
        this.names = List.copyOf(named.keySet());
        this.fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        this.fields.putAll(named);
    }

    /** @param name in letters of any case */
    public Optional<SearchField> field(String name) {
        return Optional.ofNullable(fields.get(name));
    }

    public Collection<String> names() {
        return names;
    }

    private static Map<String, SearchField> workflowFields() {
        Map<String, SearchField> fields = new LinkedHashMap<>();
        fields.put("workflowId", SearchField.WORKFLOW_ID);
        fields.put("workflowType", SearchField.WORKFLOW_TYPE);
        fields.put("version", SearchField.WORKFLOW_VERSION);
        fields.put("status", SearchField.WORKFLOW_STATUS);
        fields.put("correlationId", SearchField.CORRELATION_ID);
        fields.put("startTime", SearchField.WORKFLOW_START);
        fields.put("createTime", SearchField.WORKFLOW_START);
        fields.put("endTime", SearchField.WORKFLOW_END);
        fields.put("updateTime", SearchField.WORKFLOW_UPDATE);
        fields.put("modifiedTime", SearchField.WORKFLOW_UPDATE);
        fields.put("parentWorkflowId", SearchField.PARENT_WORKFLOW_ID);
        fields.put("classifier", SearchField.CLASSIFIER);
        fields.put("priority", SearchField.WORKFLOW_PRIORITY);
        fields.put("createdBy", SearchField.CREATED_BY);
        fields.put("event", SearchField.EVENT);
        fields.put("reasonForIncompletion", SearchField.WORKFLOW_REASON);
        fields.put("failedReferenceTaskNames", SearchField.FAILED_REFERENCES);
        fields.put("failedTaskNames", SearchField.FAILED_NAMES);
        fields.put("idempotencyKey", SearchField.IDEMPOTENCY_KEY);
        fields.put("executionTime", SearchField.WORKFLOW_MILLIS);
        fields.put("input", SearchField.WORKFLOW_INPUT);
        fields.put("output", SearchField.WORKFLOW_OUTPUT);
        fields.put("inputSize", SearchField.INPUT_SIZE);
        fields.put("outputSize", SearchField.OUTPUT_SIZE);
        fields.put("taskId", SearchField.TASK_ID);
        fields.put("taskType", SearchField.TASK_TYPE);
        fields.put("taskDefName", SearchField.TASK_NAME);
        fields.put("taskReferenceName", SearchField.TASK_REFERENCE);
        fields.put("referenceTaskName", SearchField.TASK_REFERENCE);
        fields.put("taskStatus", SearchField.TASK_STATUS);
        return fields;
    }

    private static Map<String, SearchField> taskFields() {
        Map<String, SearchField> fields = new LinkedHashMap<>();
        fields.put("taskId", SearchField.TASK_ID);
        fields.put("taskType", SearchField.TASK_TYPE);
        fields.put("taskDefName", SearchField.TASK_NAME);
        fields.put("taskReferenceName", SearchField.TASK_REFERENCE);
        fields.put("referenceTaskName", SearchField.TASK_REFERENCE);
        fields.put("status", SearchField.TASK_STATUS);
        fields.put("scheduledTime", SearchField.TASK_SCHEDULED);
        fields.put("startTime", SearchField.TASK_START);
        fields.put("endTime", SearchField.TASK_END);
        fields.put("updateTime", SearchField.TASK_UPDATE);
        fields.put("modifiedTime", SearchField.TASK_UPDATE);
        fields.put("reasonForIncompletion", SearchField.TASK_REASON);
        fields.put("executionTime", SearchField.TASK_MILLIS);
        fields.put("queueWaitTime", SearchField.QUEUE_MILLIS);
        fields.put("input", SearchField.TASK_INPUT);
        fields.put("output", SearchField.TASK_OUTPUT);
        fields.put("workerId", SearchField.WORKER_ID);
        fields.put("domain", SearchField.DOMAIN);
        fields.put("retryCount", SearchField.RETRY_COUNT);
        fields.put("workflowId", SearchField.WORKFLOW_ID);
        fields.put("workflowType", SearchField.WORKFLOW_TYPE);
        fields.put("workflowStatus", SearchField.WORKFLOW_STATUS);
        fields.put("correlationId", SearchField.CORRELATION_ID);
        fields.put("parentWorkflowId", SearchField.PARENT_WORKFLOW_ID);
        fields.put("workflowPriority", SearchField.WORKFLOW_PRIORITY);
        return fields;
    }
}
