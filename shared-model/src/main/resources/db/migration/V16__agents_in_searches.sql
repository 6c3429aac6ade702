-- Searches of the conductor dialect find the runs of agents, too. One set of indexes for both, so that a search is one scan
-- in one order; a run of an agent costs what one of the dialect's own costs, and other runs cost nothing. The indexes are
-- built anew, which takes seconds for each million runs; starts wait meanwhile.
DROP INDEX run_started, run_named, run_outcome, run_ended;
CREATE INDEX run_started ON run (namespace, created_at, id) WHERE dialect IN (2, 3);
CREATE INDEX run_named ON run (namespace, name COLLATE "C", created_at, id) WHERE dialect IN (2, 3);
CREATE INDEX run_outcome ON run (namespace, status, created_at, id) WHERE dialect IN (2, 3) AND status >= 2;
CREATE INDEX run_ended ON run (namespace, ended_at, id) WHERE dialect IN (2, 3) AND ended_at IS NOT NULL;
