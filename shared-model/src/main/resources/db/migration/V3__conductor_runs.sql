-- What runs and tasks of the conductor dialect have besides. Columns with constant defaults are added without a rewrite.
ALTER TABLE run
    ADD COLUMN definition_version int  NOT NULL DEFAULT 1,
    ADD COLUMN parent_run_id      uuid,
    ADD COLUMN attributes         text NOT NULL DEFAULT '{}',
    ADD COLUMN notes              text NOT NULL DEFAULT '{}';
CREATE INDEX run_correlation ON run (namespace, correlation_id, id) WHERE correlation_id IS NOT NULL;
CREATE INDEX run_parent ON run (parent_run_id) WHERE parent_run_id IS NOT NULL;

ALTER TABLE task
    ADD COLUMN name         text,
    ADD COLUMN suffix       text NOT NULL DEFAULT '',
    ADD COLUMN part         int  NOT NULL DEFAULT 0,
    ADD COLUMN queue        text COLLATE "C",
    ADD COLUMN poll_ms      bigint,
    ADD COLUMN child_run_id uuid,
    ADD COLUMN notes        text NOT NULL DEFAULT '{}';
-- Serves the polls of a queue (due_kind 10) in the order in which they take, and counts what is being worked on
-- (due_kind 8) for concurrency limits.
CREATE INDEX task_queue ON task (queue, due_kind, priority DESC, id) WHERE queue IS NOT NULL AND open;

-- The tasks that a run brought itself: compiled again whenever the run is loaded.
CREATE TABLE run_fragment (
    run_id     uuid NOT NULL,
    part       int  NOT NULL,
    owner_part int  NOT NULL,
    owner_node int  NOT NULL,
    document   text NOT NULL,
    PRIMARY KEY (run_id, part)
);

-- What each pass of a loop came to, while the loop is open: its own output is written once, when it ends.
CREATE TABLE loop_pass (
    task_id uuid NOT NULL,
    pass    int  NOT NULL,
    output  text NOT NULL,
    PRIMARY KEY (task_id, pass)
);

DO $$
BEGIN
    ALTER TABLE loop_pass ALTER COLUMN output SET COMPRESSION lz4;
    ALTER TABLE run_fragment ALTER COLUMN document SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'lz4 is not available; payloads use the default compression';
END
$$;
