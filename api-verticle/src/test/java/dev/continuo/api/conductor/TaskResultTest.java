package dev.continuo.api.conductor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.decide.Command;
import dev.continuo.model.TaskStatus;
import dev.continuo.store.Json;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TaskResultTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final String RUN = "1f610b08-0586-11f1-8b8d-6219b54da7fe";
    private static final String TASK = "65fc73fe-0586-11f1-8b8d-6219b54da7fe";

    /** A result with the ids and these members; a later member of the same name wins. */
    private static TaskResult.Checked read(String members) {
        ObjectNode body = (ObjectNode)
                Json.read("{\"workflowInstanceId\": \"" + RUN + "\", \"taskId\": \"" + TASK + "\"" + members + "}");
        return TaskResult.read(body, NOW);
    }

    private static TaskResult valid(String members) {
        if (read(members) instanceof TaskResult.Checked.Valid(TaskResult result)) {
            return result;
        }
        throw new AssertionError(read(members));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "workflowInstanceId | , \"status\": \"COMPLETED\", \"workflowInstanceId\": null",
                "taskId             | , \"status\": \"COMPLETED\", \"taskId\": \"1\"",
                "status             | ",
                "status             | , \"status\": null",
                "status             | , \"status\": \"completed\"",
                "status             | , \"status\": \"TIMED_OUT\"",
                "outputData         | , \"status\": \"COMPLETED\", \"outputData\": \"text\"",
                "callbackAfterSeconds | , \"status\": \"COMPLETED\", \"callbackAfterSeconds\": 1.5",
                "callbackAfterSeconds | , \"status\": \"COMPLETED\", \"callbackAfterSeconds\": 99999999999",
                "reasonForIncompletion | , \"status\": \"FAILED\", \"reasonForIncompletion\": {}",
                "extendLease        | , \"status\": \"COMPLETED\", \"extendLease\": 3",
                "logs               | , \"status\": \"COMPLETED\", \"logs\": \"line\"",
            })
    void whatCannotBeMeantIsNamed(String path, String members) {
        TaskResult.Checked checked = read(members == null ? "" : members);
        assertThat(checked).isInstanceOf(TaskResult.Checked.Faulty.class);
        List<Flaw> flaws = ((TaskResult.Checked.Faulty) checked).flaws();
        assertThat(flaws).hasSize(1);
        assertThat(((Flaw.AtPath) flaws.getFirst()).path()).isEqualTo(path.strip());
    }

    @Test
    void nothingButIdsAndStatusIsNeeded() {
        TaskResult result = valid(", \"status\": \"COMPLETED\", \"outputData\": null, \"logs\": null,"
                + " \"callbackAfterSeconds\": null, \"reasonForIncompletion\": \"\", \"surprise\": 1");
        assertThat(result.status()).isEqualTo(TaskStatus.COMPLETED);
        assertThat(result.output()).isEmpty();
        assertThat(result.reason()).isEmpty();
        assertThat(result.callbackAfter()).isZero();
        assertThat(result.logs()).isEmpty();
    }

    @Test
    void numbersMayBeWrittenAsText() {
        assertThat(valid(", \"status\": \"IN_PROGRESS\", \"callbackAfterSeconds\": \"12\"")
                        .callbackAfter())
                .isEqualTo(Duration.ofSeconds(12));
    }

    @Test
    void aReasonIsNotCutInTheMiddleOfACharacter() {
        String reason = "r".repeat(499) + "\uD83D\uDE00";
        assertThat(valid(", \"status\": \"FAILED\", \"reasonForIncompletion\": \"" + reason + "\"")
                        .reason())
                .contains("r".repeat(499));
    }

    @Test
    void aLineWithoutAUsableTimeIsOfNow() {
        TaskResult result = valid(", \"status\": \"COMPLETED\", \"logs\": [{\"log\": \"a\"},"
                + " {\"log\": \"b\", \"createdTime\": 9223372036854775807}, {\"log\": null}, 3,"
                + " {\"log\": 4, \"createdTime\": 1000}]");
        assertThat(result.logs()).extracting(line -> line.message()).containsExactly("a", "b", "4");
        assertThat(result.logs()).extracting(line -> line.at()).containsExactly(NOW, NOW, Instant.ofEpochMilli(1000));
    }

    @Test
    void anExtendedLeaseNeedsNoStatusAndChangesNothingElse() {
        Command.Update update = valid(
                        ", \"extendLease\": true, \"outputData\": {\"a\": 1},"
                                + " \"reasonForIncompletion\": \"r\", \"callbackAfterSeconds\": 5, \"logs\": [{\"log\": \"a\"}]")
                .command("me");
        assertThat(update.extendLease()).isTrue();
        assertThat(update.status()).isEqualTo(TaskStatus.IN_PROGRESS);
        assertThat(update.output()).isEmpty();
        assertThat(update.reason()).isEmpty();
        assertThat(update.callbackAfter()).isZero();
        assertThat(update.logs()).isEmpty();
    }

    @Test
    void whatIsShownWithTheTaskIsKept() {
        Command.Update update = valid(", \"status\": \"COMPLETED\", \"externalOutputPayloadStoragePath\": \"a/b.json\","
                        + " \"executionMetadata\": {\"clientSendTime\": 3}, \"outputMessage\": {}")
                .command("me");
        assertThat(update.notes().toString())
                .isEqualTo("{\"executionMetadata\":{\"clientSendTime\":3},"
                        + "\"externalOutputPayloadStoragePath\":\"a/b.json\"}");
        assertThat(update.by()).isEqualTo("me");
    }
}
