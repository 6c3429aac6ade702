package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a demo claims at its end, it has checked; here it is only asked. */
class DemoIT {
    private static final String DONE = "Everything came out as it must";

    @TempDir
    private Path scratch;

    private List<String> play(String... options) throws Exception {
        try (Child demo = Child.launch(scratch, "-Xmx512m", "demo", List.of(options))) {
            List<String> lines = demo.out().lines().toList();
            assertThat(demo.exitCode())
                    .as(String.join("\n", lines) + Files.readString(demo.errors()))
                    .isZero();
            return lines;
        }
    }

    @Test
    void theWorkflowComesOutAsItMust() throws Exception {
        assertThat(play())
                .anyMatch(line -> line.contains("close_order") && line.contains("COMPLETED"))
                .last()
                .asString()
                .contains(DONE);
    }

    @Test
    void theAgentsTaskGrowsAndItsCallbacksAreSigned() throws Exception {
        List<String> lines = play("--agent");
        assertThat(lines)
                .anyMatch(line -> line.contains("Outline: Running"))
                .anyMatch(line -> line.contains("Response: Once upon a time."))
                .last()
                .asString()
                .contains(DONE);
        assertThat(lines.stream().filter(line -> line.contains("signature verified")))
                .hasSizeGreaterThan(2)
                .last()
                .asString()
                .contains("complete");
    }
}
