-- Outputs of tasks that stand for further executions with the same key. What is lost here costs an execution.
CREATE TABLE task_cache (
    namespace  text        NOT NULL,
    key        text COLLATE "C" NOT NULL,
    output     text        NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (namespace, key)
);
CREATE INDEX task_cache_expiry ON task_cache (expires_at);
