package dev.continuo.api.workflowsvc;

import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.RunReads.Progress;
import dev.continuo.store.RunReads.StatusFilter;
import dev.continuo.store.RunReads.TaskSummary;
import java.util.List;
import java.util.Optional;

/** The dialect's words for where a run and its tasks stand. */
final class StatusWords {
    static final List<String> RUN_WORDS =
            List.of("QUEUED", "RUNNING", "PAUSED", "COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED");
    private static final String USER_INPUT = "USER_INPUT";

    private StatusWords() {}

    /** A run is QUEUED until one of its tasks has been taken up. */
    static String ofRun(RunStatus status, List<TaskSummary> tasks) {
        return switch (status) {
            case RUNNING -> tasks.stream().allMatch(StatusWords::untouched) ? "QUEUED" : "RUNNING";
            case PAUSED, COMPLETED, FAILED, TIMED_OUT, TERMINATED -> status.name();
        };
    }

    /** Tasks of a paused run are PAUSED as long as they are open (workflowsvc: Workflows page, the PAUSED example). */
    static String ofTask(TaskStatus status, String type, RunStatus run) {
        if (status.open() && run == RunStatus.PAUSED) {
            return "PAUSED";
        }
        return switch (status) {
            case SCHEDULED -> "QUEUED";
            case IN_PROGRESS -> type.equals(USER_INPUT) ? "WAITING" : "RUNNING";
            case COMPLETED, COMPLETED_WITH_ERRORS -> "COMPLETED";
            case FAILED, FAILED_WITH_TERMINAL_ERROR -> "FAILED";
            case TIMED_OUT, CANCELED, SKIPPED -> status.name();
        };
    }

    /** The runs that a word of {@code _status} means; empty for a word that is none. */
    static Optional<StatusFilter> filter(String word) {
        return switch (word) {
            case "QUEUED" -> Optional.of(new StatusFilter(RunStatus.RUNNING, Progress.NONE_BEGUN));
            case "RUNNING" -> Optional.of(new StatusFilter(RunStatus.RUNNING, Progress.SOME_BEGUN));
            case "PAUSED", "COMPLETED", "FAILED", "TIMED_OUT", "TERMINATED" ->
                Optional.of(new StatusFilter(RunStatus.valueOf(word), Progress.ANY));
            default -> Optional.empty();
        };
    }

    /** A later attempt means that an earlier one, which is not shown, had been taken up. */
    private static boolean untouched(TaskSummary task) {
        return task.status() == TaskStatus.SCHEDULED && task.attempt() == 0;
    }
}
