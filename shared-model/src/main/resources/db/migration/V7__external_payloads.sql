-- Payloads that clients leave here instead of sending them along. The content comes after the place for it.
CREATE TABLE external_payload (
    id         uuid PRIMARY KEY,
    namespace  text        NOT NULL,
    created_at timestamptz NOT NULL,
    content    text
);
CREATE INDEX external_payload_namespace ON external_payload (namespace, created_at);

DO $$
BEGIN
    ALTER TABLE external_payload ALTER COLUMN content SET COMPRESSION lz4;
EXCEPTION WHEN feature_not_supported THEN
    RAISE NOTICE 'lz4 is not available; payloads use the default compression';
END
$$;
