-- What workflow.env.NAME and workflow.secrets.NAME stand for in templates. The value of a secret is sealed: nobody can
-- read it without the master key.
CREATE TABLE environment_variable (
    namespace  text        NOT NULL,
    name       text COLLATE "C" NOT NULL,
    value      text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    updated_by text        NOT NULL,
    PRIMARY KEY (namespace, name)
);

CREATE TABLE secret (
    namespace  text        NOT NULL,
    name       text COLLATE "C" NOT NULL,
    value      text        NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    created_by text        NOT NULL,
    updated_by text        NOT NULL,
    PRIMARY KEY (namespace, name)
);
