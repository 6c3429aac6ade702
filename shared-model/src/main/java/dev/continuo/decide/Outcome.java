package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fragment;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** What a decision comes to: a value in either case, and nothing is written for a rejection. */
public sealed interface Outcome {

    /**
     * @param message says the state that forbids the command
     */
    record Rejected(Code code, String message) implements Outcome {}

    enum Code {
        /** There is no such run or task. */
        NOT_FOUND,
        /** The run or the task is in a state that does not allow it. */
        CONFLICT,
        /** The attempt is not the sender's any more: it was handed out again, or it is over. */
        STALE
    }

    /**
     * @param run as it stands after the decision, one version on
     * @param inserted new tasks, in the order of their numbers
     * @param updated tasks that existed before, as they stand now
     * @param fragments nodes that the run brought itself
     * @param passes what passes of open loops came to
     * @param removed tasks that are gone
     */
    record Accepted(
            Run run,
            List<Task> inserted,
            List<Task> updated,
            List<LogEntry> logs,
            List<Effect> effects,
            List<Fragment> fragments,
            List<Pass> passes,
            Removal removed)
            implements Outcome {

        public Accepted(Run run, List<Task> inserted, List<Task> updated, List<LogEntry> logs, List<Effect> effects) {
            this(run, inserted, updated, logs, effects, List.of(), List.of(), Removal.NONE);
        }
    }

    /**
     * @param all every task of the run, with whatever belongs to it
     */
    record Removal(boolean all, Set<UUID> ids) {
        public static final Removal NONE = new Removal(false, Set.of());

        public boolean any() {
            return all || !ids.isEmpty();
        }
    }

    /**
     * What a pass of a loop came to.
     *
     * @param loop the loop's task
     * @param output the outputs of the pass's tasks by their references
     */
    record Pass(UUID loop, int number, ObjectNode output) {}

    /** What is to be done once the decision is committed; whatever gets lost here is found again by the sweep. */
    sealed interface Effect {
        /** A task waits for a worker. */
        record Dispatch(Task task) implements Effect {}

        /** A task is to be looked at again at once ({@link Command.TaskDue}). */
        record Continue(Task task) implements Effect {}

        /** The engine is to execute the task itself. */
        record Perform(Task task) implements Effect {}

        /** A task that had begun a child run is over or is to be tried again: so is the child. */
        record ChildChange(UUID childRunId, What what, String reason) implements Effect {
            public enum What {
                TERMINATE,
                RETRY
            }
        }

        /** Nobody has told what became of a child run. */
        record CheckChild(Task task) implements Effect {}

        /** The run failed, and another one is to follow. */
        record AfterFailure(Run run) implements Effect {}

        /** The run began, ended, was paused, resumed or retried. */
        record RunChanged(Change change) implements Effect {}

        /**
         * A task's change of state is to be told, at least once.
         *
         * @param id the same for every copy
         * @param event its name
         */
        record Announce(String id, UUID taskId, String event, JsonNode payload) implements Effect {}

        /** A task is to be told whether its output is known ({@link Command.Recalled}). */
        record Recall(UUID taskId, String key) implements Effect {}

        /** An output may stand for further executions. */
        record Keep(String key, Duration ttl, JsonNode output) implements Effect {}

        /** A time limit with the policy ALERT_ONLY has passed. */
        record TimeoutAlert(String what) implements Effect {}

        enum Change {
            STARTED,
            COMPLETED,
            FAILED,
            TIMED_OUT,
            TERMINATED,
            PAUSED,
            RESUMED,
            RETRIED,
            RESTARTED,
            RERUN
        }
    }
}
