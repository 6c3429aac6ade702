-- Definitions. A revision is immutable and outlives its definition: a run executes the revision it was started with.
CREATE TABLE definition_revision (
    revision_id   uuid PRIMARY KEY,
    definition_id uuid        NOT NULL,
    dialect       smallint    NOT NULL,
    document      text        NOT NULL,
    created_at    timestamptz NOT NULL
);

CREATE TABLE definition (
    id          uuid PRIMARY KEY,
    dialect     smallint    NOT NULL,
    namespace   text        NOT NULL,
    shared_with text[],
    name        text        NOT NULL,
    user_type   text,
    version     int         NOT NULL,
    revision_id uuid        NOT NULL,
    document    text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    created_by  text        NOT NULL,
    updated_by  text        NOT NULL
);
CREATE INDEX definition_namespace ON definition (dialect, namespace, id);
CREATE INDEX definition_shared ON definition USING gin (shared_with) WHERE shared_with IS NOT NULL;

CREATE TABLE script (
    id          uuid PRIMARY KEY,
    namespace   text        NOT NULL,
    user_type   text        NOT NULL,
    name        text        NOT NULL,
    version     int         NOT NULL,
    source      text        NOT NULL,
    created_at  timestamptz NOT NULL,
    updated_at  timestamptz NOT NULL,
    created_by  text        NOT NULL,
    updated_by  text        NOT NULL,
    UNIQUE (namespace, user_type, name)
);

-- Runs and tasks. Ids are UUIDv7: rows are added at the right edge of every index, and both tables can be
-- range-partitioned by id when retention comes. Payloads are text that Postgres never parses. No foreign keys: the
-- committer is the only writer, and a key check per row would be paid on every transition.
CREATE TABLE run (
    id             uuid PRIMARY KEY,
    namespace      text        NOT NULL,
    shared_with    text[],
    dialect        smallint    NOT NULL,
    definition_id  uuid        NOT NULL,
    revision_id    uuid        NOT NULL,
    name           text        NOT NULL,
    user_type      text,
    status         smallint    NOT NULL,
    version        int         NOT NULL,
    next_seq       int         NOT NULL,
    priority       smallint    NOT NULL,
    correlation_id text,
    idempotency_key text,
    parent_task_id uuid,
    input          text        NOT NULL,
    variables      text        NOT NULL,
    output         text,
    reason         text,
    created_at     timestamptz NOT NULL,
    updated_at     timestamptz NOT NULL,
    ended_at       timestamptz,
    due_at         timestamptz,
    created_by     text        NOT NULL,
    updated_by     text        NOT NULL
) WITH (fillfactor = 80);
CREATE INDEX run_namespace ON run (namespace, id);
CREATE INDEX run_shared ON run USING gin (shared_with) WHERE shared_with IS NOT NULL;
CREATE INDEX run_due ON run (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX run_live ON run (id) WHERE status <= 1;

CREATE TABLE idempotency_key (
    namespace  text        NOT NULL,
    key        text        NOT NULL,
    run_id     uuid        NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, key)
);

-- One row per attempt. due_at is the single clock of a task; what it means is in due_kind. The columns fence,
-- deliveries, worker_id and deadline_at belong to the dispatch side (claims, leases), the others to the decider.
CREATE TABLE task (
    id           uuid PRIMARY KEY,
    run_id       uuid        NOT NULL,
    seq          int         NOT NULL,
    node         int         NOT NULL,
    ref          text        NOT NULL,
    type         text        NOT NULL,
    parent_id    uuid,
    iteration    int         NOT NULL,
    attempt      int         NOT NULL,
    retry_of     uuid,
    retried      boolean     NOT NULL,
    status       smallint    NOT NULL,
    open         boolean     NOT NULL,
    due_kind     smallint    NOT NULL,
    due_at       timestamptz,
    priority     smallint    NOT NULL,
    lease_ms     bigint      NOT NULL,
    timeout_ms   bigint,
    alert_only   boolean     NOT NULL DEFAULT false,
    fence        int         NOT NULL DEFAULT 0,
    deliveries   int         NOT NULL DEFAULT 0,
    dispatches   int         NOT NULL DEFAULT 1,
    worker_id    text,
    deadline_at  timestamptz,
    input        text,
    output       text,
    reason       text,
    scheduled_at timestamptz NOT NULL,
    started_at   timestamptz,
    ended_at     timestamptz,
    updated_at   timestamptz NOT NULL
) WITH (fillfactor = 80);
-- Serves the tasks of a run in order, and the latest task of a reference; being unique, it also refuses a task that is
-- scheduled twice.
CREATE UNIQUE INDEX task_run ON task (run_id, ref, seq);
CREATE INDEX task_open ON task (run_id) WHERE open;
CREATE INDEX task_due ON task (due_at) WHERE due_at IS NOT NULL;

CREATE TABLE task_log (
    task_id uuid        NOT NULL,
    line    bigint GENERATED ALWAYS AS IDENTITY,
    at      timestamptz NOT NULL,
    level   smallint    NOT NULL,
    message text        NOT NULL,
    PRIMARY KEY (task_id, line)
);

-- lz4 is several times cheaper than the default for the payloads, but not every Postgres is built with it.
DO $$
BEGIN
    ALTER TABLE run ALTER COLUMN input SET COMPRESSION lz4, ALTER COLUMN output SET COMPRESSION lz4;
    ALTER TABLE task ALTER COLUMN input SET COMPRESSION lz4, ALTER COLUMN output SET COMPRESSION lz4;
    ALTER TABLE task_log ALTER COLUMN message SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'lz4 is not available; payloads use the default compression';
END
$$;
