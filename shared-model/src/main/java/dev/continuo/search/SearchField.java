package dev.continuo.search;

/** What can be searched for and sorted by. */
public enum SearchField {
    WORKFLOW_ID(Kind.ID, Owner.RUN),
    WORKFLOW_TYPE(Kind.TEXT, Owner.RUN),
    WORKFLOW_VERSION(Kind.NUMBER, Owner.RUN),
    WORKFLOW_STATUS(Kind.RUN_STATUS, Owner.RUN),
    CORRELATION_ID(Kind.TEXT, Owner.RUN),
    WORKFLOW_START(Kind.TIME, Owner.RUN),
    WORKFLOW_END(Kind.TIME, Owner.RUN),
    WORKFLOW_UPDATE(Kind.TIME, Owner.RUN),
    PARENT_WORKFLOW_ID(Kind.ID, Owner.RUN),
    CLASSIFIER(Kind.TEXT, Owner.RUN),
    WORKFLOW_PRIORITY(Kind.NUMBER, Owner.RUN),
    CREATED_BY(Kind.TEXT, Owner.RUN),
    EVENT(Kind.TEXT, Owner.RUN),
    WORKFLOW_REASON(Kind.TEXT, Owner.RUN),
    FAILED_REFERENCES(Kind.TEXTS, Owner.RUN),
    FAILED_NAMES(Kind.TEXTS, Owner.RUN),
    IDEMPOTENCY_KEY(Kind.TEXT, Owner.RUN),
    WORKFLOW_MILLIS(Kind.NUMBER, Owner.RUN),
    WORKFLOW_INPUT(Kind.TEXT, Owner.RUN),
    WORKFLOW_OUTPUT(Kind.TEXT, Owner.RUN),
    INPUT_SIZE(Kind.NUMBER, Owner.RUN),
    OUTPUT_SIZE(Kind.NUMBER, Owner.RUN),

    TASK_ID(Kind.ID, Owner.TASK),
    TASK_TYPE(Kind.TEXT, Owner.TASK),
    TASK_NAME(Kind.TEXT, Owner.TASK),
    TASK_REFERENCE(Kind.TEXT, Owner.TASK),
    TASK_STATUS(Kind.TASK_STATUS, Owner.TASK),
    TASK_SCHEDULED(Kind.TIME, Owner.TASK),
    TASK_START(Kind.TIME, Owner.TASK),
    TASK_END(Kind.TIME, Owner.TASK),
    TASK_UPDATE(Kind.TIME, Owner.TASK),
    TASK_REASON(Kind.TEXT, Owner.TASK),
    TASK_MILLIS(Kind.NUMBER, Owner.TASK),
    QUEUE_MILLIS(Kind.NUMBER, Owner.TASK),
    TASK_INPUT(Kind.TEXT, Owner.TASK),
    TASK_OUTPUT(Kind.TEXT, Owner.TASK),
    WORKER_ID(Kind.TEXT, Owner.TASK),
    DOMAIN(Kind.TEXT, Owner.TASK),
    RETRY_COUNT(Kind.NUMBER, Owner.TASK);

    /** How a field's values are written and compared. */
    public enum Kind {
        TEXT,
        /** Several texts; one that matches is enough. */
        TEXTS,
        ID,
        TIME,
        NUMBER,
        RUN_STATUS,
        TASK_STATUS
    }

    public enum Owner {
        RUN,
        TASK
    }

    private final Kind kind;
    private final Owner owner;

    SearchField(Kind kind, Owner owner) {
        this.kind = kind;
        this.owner = owner;
    }

    public Kind kind() {
        return kind;
    }

    public Owner owner() {
        return owner;
    }
}
