-- API keys: what each opens, and the SHA-256 of its text. The text itself is nowhere.
CREATE TABLE api_key (
    id           uuid PRIMARY KEY,
    namespace    text COLLATE "C" NOT NULL,
    role         text        NOT NULL,
    owner        uuid        NOT NULL,
    name         text        NOT NULL,
    hash         bytea       NOT NULL UNIQUE,
    prefix       text        NOT NULL,
    created_at   timestamptz NOT NULL,
    created_by   text        NOT NULL,
    expires_at   timestamptz,
    revoked_at   timestamptz,
    last_used_at timestamptz
);
CREATE INDEX api_key_listing ON api_key (namespace, id);
