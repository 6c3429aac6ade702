-- Messages that wait for a run until one of its tasks takes them. What a task has taken stays its own until the task is
-- over, so that it gets the same messages again when it asks twice.
CREATE TABLE run_message (
    id         uuid PRIMARY KEY,
    run_id     uuid        NOT NULL,
    body       text        NOT NULL,
    taken_by   uuid,
    created_at timestamptz NOT NULL
);
CREATE INDEX run_message_run ON run_message (run_id, id);
CREATE INDEX run_message_taken ON run_message (taken_by) WHERE taken_by IS NOT NULL;
