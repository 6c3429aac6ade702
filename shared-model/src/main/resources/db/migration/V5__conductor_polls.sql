-- Taken by whoever hands out tasks of a limited name, so that what is in progress cannot change between count and claim.
CREATE TABLE task_limit (
    namespace text             NOT NULL,
    name      text COLLATE "C" NOT NULL,
    PRIMARY KEY (namespace, name)
);

-- What was handed out of a name with a rate limit, as long as it counts: one row a claim.
CREATE TABLE task_hand_out (
    namespace text             NOT NULL,
    name      text COLLATE "C" NOT NULL,
    at        timestamptz      NOT NULL,
    taken     int              NOT NULL
);
CREATE INDEX task_hand_out_name ON task_hand_out (namespace, name, at);

-- Who asked a queue last. Written now and then: it tells people, and chooses among the domains of a task.
CREATE TABLE queue_poll (
    queue     text COLLATE "C" PRIMARY KEY,
    worker_id text,
    polled_at timestamptz NOT NULL
) WITH (fillfactor = 50);
