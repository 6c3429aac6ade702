-- Definitions of the conductor dialect, by name. The documents are as they were submitted; what the server adds is in
-- the other columns. A run executes a snapshot of its own, so that rows may be replaced and deleted at any time.
-- Names are compared byte by byte: their order is the same on every server.
CREATE TABLE workflow_def (
    namespace  text        NOT NULL,
    name       text COLLATE "C" NOT NULL,
    version    int         NOT NULL,
    document   text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    updated_by text        NOT NULL,
    PRIMARY KEY (namespace, name, version)
);

CREATE TABLE task_def (
    namespace  text        NOT NULL,
    name       text COLLATE "C" NOT NULL,
    document   text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    updated_by text        NOT NULL,
    PRIMARY KEY (namespace, name)
);
