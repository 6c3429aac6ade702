package dev.continuo.api.workflowsvc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.RunStatus;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.RunReads.TaskSummary;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusWordsTest {

    @ParameterizedTest
    @CsvSource({
        "SCHEDULED, REST_CONNECTOR, RUNNING, QUEUED",
        "SCHEDULED, USER_INPUT, RUNNING, QUEUED",
        "IN_PROGRESS, REST_CONNECTOR, RUNNING, RUNNING",
        "IN_PROGRESS, USER_INPUT, RUNNING, WAITING",
        "IN_PROGRESS, FORK_JOIN, RUNNING, RUNNING",
        "SCHEDULED, REST_CONNECTOR, PAUSED, PAUSED",
        "IN_PROGRESS, USER_INPUT, PAUSED, PAUSED",
        "COMPLETED, REST_CONNECTOR, PAUSED, COMPLETED",
        "COMPLETED_WITH_ERRORS, REST_CONNECTOR, COMPLETED, COMPLETED",
        "FAILED, REST_CONNECTOR, FAILED, FAILED",
        "FAILED_WITH_TERMINAL_ERROR, SWITCH, FAILED, FAILED",
        "TIMED_OUT, REST_CONNECTOR, TIMED_OUT, TIMED_OUT",
        "CANCELED, REST_CONNECTOR, TERMINATED, CANCELED",
        "SKIPPED, REST_CONNECTOR, RUNNING, SKIPPED"
    })
    void taskWords(TaskStatus status, String type, RunStatus run, String word) {
        assertThat(StatusWords.ofTask(status, type, run)).isEqualTo(word);
    }

    @ParameterizedTest
    @CsvSource({
        "RUNNING, SCHEDULED, 0, QUEUED",
        "RUNNING, SCHEDULED, 1, RUNNING",
        "RUNNING, IN_PROGRESS, 0, RUNNING",
        "RUNNING, COMPLETED, 0, RUNNING",
        "PAUSED, SCHEDULED, 0, PAUSED",
        "COMPLETED, COMPLETED, 0, COMPLETED",
        "FAILED, FAILED, 3, FAILED",
        "TIMED_OUT, TIMED_OUT, 0, TIMED_OUT",
        "TERMINATED, CANCELED, 0, TERMINATED"
    })
    void aRunIsQueuedUntilATaskIsTakenUp(RunStatus run, TaskStatus task, int attempt, String word) {
        TaskSummary summary =
                new TaskSummary(new UUID(0, 1), "a", "REST_CONNECTOR", task, attempt, 0, Optional.empty());
        assertThat(StatusWords.ofRun(run, List.of(summary))).isEqualTo(word);
    }

    @Test
    void everyWordCanBeFilteredBy() {
        assertThat(StatusWords.RUN_WORDS)
                .allSatisfy(word -> assertThat(StatusWords.filter(word)).isPresent());
        assertThat(StatusWords.filter("queued")).isEmpty();
        assertThat(StatusWords.filter("WAITING")).isEmpty();
    }
}
