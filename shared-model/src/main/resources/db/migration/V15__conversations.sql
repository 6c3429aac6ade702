-- What AI_CONVERSE tasks keep of conversations. Turns are JSON: [{"task", "user", "assistant"}], the oldest first; the task
-- tells a turn that is written again from one more.
CREATE TABLE conversation (
    namespace  text        NOT NULL,
    team       text        NOT NULL,
    id         text        NOT NULL,
    turns      text        NOT NULL,
    updated_at timestamptz NOT NULL,
    PRIMARY KEY (namespace, team, id)
);

-- Those that were not used for the longest time go when there are too many.
CREATE INDEX conversation_used ON conversation (namespace, updated_at);

DO $$
BEGIN
    ALTER TABLE conversation ALTER COLUMN turns SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'lz4 is not available; conversations use the default compression';
END
$$;
