-- Searches of the conductor dialect. What a run is found by either never changes or changes with its end, so that no
-- index keeps a transition from being a heap-only update; updated_at, which every transition changes, has none.
CREATE INDEX run_started ON run (namespace, created_at, id) WHERE dialect = 2;
CREATE INDEX run_named ON run (namespace, name COLLATE "C", created_at, id) WHERE dialect = 2;
CREATE INDEX run_outcome ON run (namespace, status, created_at, id) WHERE dialect = 2 AND status >= 2;
CREATE INDEX run_ended ON run (namespace, ended_at, id) WHERE dialect = 2 AND ended_at IS NOT NULL;

-- Tasks are entered when they have ended, by their type and by their name where it is another.
CREATE INDEX task_typed ON task (type COLLATE "C", id) WHERE NOT open;
CREATE INDEX task_named ON task (name COLLATE "C", id) WHERE NOT open AND name <> type;
CREATE INDEX task_failed ON task (status, id) WHERE status BETWEEN 4 AND 7;

-- The words of a text, and of the first part of it alone: punctuation parts words, so that those of a query and of a
-- payload are cut in the same way whatever stands around them.
CREATE FUNCTION search_words(input text, output text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN to_tsvector('pg_catalog.simple'::regconfig,
                       translate(replace(replace(left(coalesce(input, ''), 16384) || ' ' ||
                                                 left(coalesce(output, ''), 16384), '\n', ' '), '\t', ' '),
                                 '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '));

-- Filled in the background, from the end of a run on.
CREATE TABLE run_words (
    run_id uuid     NOT NULL PRIMARY KEY,
    words  tsvector NOT NULL
);
CREATE INDEX run_words_gin ON run_words USING gin (words);
CREATE TABLE task_words (
    task_id uuid     NOT NULL PRIMARY KEY,
    words   tsvector NOT NULL
);
CREATE INDEX task_words_gin ON task_words USING gin (words);

-- How far that has come in each namespace: the last run whose words are there, in the order of ends.
CREATE TABLE search_progress (
    namespace text        NOT NULL PRIMARY KEY,
    ended_at  timestamptz NOT NULL,
    run_id    uuid        NOT NULL
);
