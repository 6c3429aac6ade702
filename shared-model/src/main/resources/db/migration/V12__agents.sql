-- Agents, by the ids that their users choose. Runs execute revisions, which outlive them.
CREATE TABLE agent (
    namespace     text        NOT NULL,
    id            text COLLATE "C" NOT NULL,
    name          text        NOT NULL,
    description   text        NOT NULL,
    definition_id uuid        NOT NULL,
    revision_id   uuid        NOT NULL,
    version       int         NOT NULL,
    document      text        NOT NULL,
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL,
    created_by    text        NOT NULL,
    updated_by    text        NOT NULL,
    -- Set while its tasks are being removed, which may take longer than a process lives.
    removed_at    timestamptz,
    PRIMARY KEY (namespace, id),
    UNIQUE (namespace, name)
);
CREATE INDEX agent_removed ON agent (removed_at) WHERE removed_at IS NOT NULL;

-- The tasks of an owner, newest first; those of an agent are found by run_correlation.
CREATE INDEX run_of_owner ON run (namespace, created_by, id) WHERE dialect = 3;
