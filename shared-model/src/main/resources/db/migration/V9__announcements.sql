-- Events that are told at least once: written with the decision that brings them about, deleted when Kafka has them.
CREATE TABLE announcement (
    id         text COLLATE "C" PRIMARY KEY,
    run_id     uuid        NOT NULL,
    task_id    uuid        NOT NULL,
    namespace  text        NOT NULL,
    event      text        NOT NULL,
    payload    text        NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX announcement_age ON announcement (created_at);
