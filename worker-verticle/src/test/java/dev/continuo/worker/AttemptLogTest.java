package dev.continuo.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.model.LogEntry;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AttemptLogTest {
    private static final UUID TASK = new UUID(0, 1);

    private static AttemptLog log(int lines, int bytes, int lineChars) {
        return new AttemptLog(TASK, () -> Instant.EPOCH, new WorkerSettings.LogLimits(lines, bytes, lineChars));
    }

    private static List<String> messages(AttemptLog log) {
        return log.drain().stream().map(LogEntry::message).toList();
    }

    @Test
    void linesCarryTaskTimeAndLevel() {
        AttemptLog log = log(10, 1000, 100);
        log.warn("careful");
        assertThat(log.drain()).containsExactly(new LogEntry(TASK, Instant.EPOCH, LogEntry.Level.WARN, "careful"));
        assertThat(log.drain()).isEmpty();
    }

    @Test
    void linesBeyondTheLimitAreDroppedBehindOneThatSaysSo() {
        AttemptLog log = log(2, 1000, 100);
        for (int i = 0; i < 5; i++) {
            log.info("line " + i);
        }
        assertThat(messages(log))
                .containsExactly(
                        "line 0", "line 1", "Log truncated: an attempt's log has at most 2 lines and 1000 bytes");
        log.info("more");
        assertThat(messages(log)).as("draining makes no new room").isEmpty();
    }

    @Test
    void bytesAreCountedAsUtf8() {
        AttemptLog log = log(100, 9, 100);
        log.info("äää");
        log.info("ää");
        assertThat(messages(log)).hasSize(2).first().isEqualTo("äää");
    }

    @Test
    void aLongLineIsShortened() {
        AttemptLog log = log(10, 1000, 5);
        log.info("abcdefgh");
        assertThat(messages(log)).containsExactly("abcde…");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hunter22 | the password is hunter22! | the password is ***!",
                "hunter22 | hunter22hunter22 | ******",
                "a\"bcd | say {\"p\":\"a\\\"bcd\"} | say {\"p\":\"***\"}",
                "abc | abc abcd xabc (abc) | *** abcd xabc (***)",
                "1 | 1 of 21 is 1 | *** of 21 is ***",
            })
    void secretsAreMaskedByValue(String secret, String message, String shown) {
        AttemptLog log = log(10, 1000, 100);
        log.hide(secret);
        log.info(message);
        assertThat(messages(log)).containsExactly(shown);
        assertThat(log.redact(message)).isEqualTo(shown);
    }

    @Test
    void aSecretWithinASecretLeavesNothingBehind() {
        AttemptLog log = log(10, 1000, 100);
        log.hide("abcd");
        log.hide("abcdefgh");
        log.hide("");
        assertThat(log.redact("x abcdefgh y")).isEqualTo("x *** y");
    }
}
