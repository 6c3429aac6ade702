-- Callbacks of runs. One row for each run that has one, written before the run is committed, so that no run can move
-- without its callback. What is to be sent follows from the run's state: it has news while its version is greater than
-- sent_version, and that is looked for; hints only make it prompt.
CREATE TABLE webhook (
    run_id        uuid PRIMARY KEY,
    namespace     text COLLATE "C" NOT NULL,
    url           text        NOT NULL,
    -- Host and port, for the limits.
    host          text COLLATE "C" NOT NULL,
    created_at    timestamptz NOT NULL,
    -- Whether there may be further messages: until the final one is made, or the receiver is gone.
    open          boolean     NOT NULL DEFAULT true,
    -- The version of the run that the latest message shows, and a digest of that message's body.
    sent_version  int         NOT NULL DEFAULT -1,
    sent_digest   bytea,
    -- Messages made so far.
    number        int         NOT NULL DEFAULT 0,
    -- The message that is under way or waits for its next attempt.
    current       text COLLATE "C",
    -- Failures in a row, since when, when to try again, and before when the receiver does not want to be asked.
    failures      int         NOT NULL DEFAULT 0,
    failing_since timestamptz,
    retry_at      timestamptz,
    not_before    timestamptz,
    -- Somebody said that there is something to send, since it was last looked at.
    news          boolean     NOT NULL DEFAULT false,
    -- The message that somebody wants to be sent again.
    redeliver     text COLLATE "C",
    -- When there is something to do: now, the next attempt, or the end of a claim.
    due_at        timestamptz,
    -- Counts the claims and is their fence; claimed_until is there while somebody has the claim.
    claim         int         NOT NULL DEFAULT 0,
    claimed_until timestamptz
) WITH (fillfactor = 70);
CREATE INDEX webhook_due ON webhook (namespace, due_at) INCLUDE (host) WHERE due_at IS NOT NULL;
CREATE INDEX webhook_open ON webhook (run_id) WHERE open;

-- The latest messages of a run. The id is what the receiver sees as webhook-id.
CREATE TABLE webhook_delivery (
    id          text COLLATE "C" PRIMARY KEY,
    run_id      uuid        NOT NULL,
    number      int         NOT NULL,
    -- Gone when there are too many newer ones.
    body        text,
    bytes       int         NOT NULL,
    final       boolean     NOT NULL,
    -- 0 pending, 1 delivered, 2 failed, 3 merged, 4 gone
    state       smallint    NOT NULL,
    attempts    int         NOT NULL DEFAULT 0,
    created_at  timestamptz NOT NULL,
    last_at     timestamptz,
    last_status int,
    last_error  text,
    UNIQUE (run_id, number)
);
CREATE INDEX webhook_delivery_pending ON webhook_delivery (created_at) WHERE state = 0;

-- What a namespace's messages are signed with, sealed. The one without an end is the newest; older ones sign until theirs.
CREATE TABLE webhook_secret (
    id         uuid PRIMARY KEY,
    namespace  text COLLATE "C" NOT NULL,
    secret     text        NOT NULL,
    created_at timestamptz NOT NULL,
    ends_at    timestamptz
);
CREATE INDEX webhook_secret_namespace ON webhook_secret (namespace);
CREATE UNIQUE INDEX webhook_secret_newest ON webhook_secret (namespace) WHERE ends_at IS NULL;

DO $$
BEGIN
    ALTER TABLE webhook_delivery ALTER COLUMN body SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'lz4 is not available; bodies use the default compression';
END
$$;
