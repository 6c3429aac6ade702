-- Runs that share a limit of how many of them live at once. state: 0 waits, 1 may begin, 2 lives.
CREATE TABLE run_limit (
    run_id  uuid        PRIMARY KEY,
    slots   uuid        NOT NULL,
    most    int         NOT NULL,
    state   smallint    NOT NULL,
    arrival bigint      GENERATED ALWAYS AS IDENTITY,
    since   timestamptz NOT NULL DEFAULT clock_timestamp()
);
CREATE INDEX run_limit_slots ON run_limit (slots, state, arrival);
CREATE INDEX run_limit_to_begin ON run_limit (run_id) WHERE state = 1;
