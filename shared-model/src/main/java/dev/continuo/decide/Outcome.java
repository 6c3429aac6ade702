package dev.continuo.decide;

import dev.continuo.model.LogEntry;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.util.List;

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
     */
    record Accepted(Run run, List<Task> inserted, List<Task> updated, List<LogEntry> logs, List<Effect> effects)
            implements Outcome {}

    /** What is to be done once the decision is committed; whatever gets lost here is found again by the sweep. */
    sealed interface Effect {
        /** A task waits for a worker. */
        record Dispatch(Task task) implements Effect {}

        /** A task is to be looked at again at once ({@link Command.TaskDue}). */
        record Continue(Task task) implements Effect {}

        /** The run began, ended, was paused, resumed or retried. */
        record RunChanged(Change change) implements Effect {}

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
            RETRIED
        }
    }
}
