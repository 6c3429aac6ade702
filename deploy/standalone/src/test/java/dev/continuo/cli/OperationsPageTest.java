package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.engine.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OperationsPageTest {
    private static final Path PAGE = Path.of("..", "..", "docs", "operations.md");

    @Test
    void theManualListsTheSettingsAsTheyAre() throws IOException {
        assertThat(Files.readString(PAGE))
                .as("the table of settings; replace it by the expected one")
                .contains(table());
    }

    private static String table() {
        return Arrays.stream(Setting.values())
                .map(setting -> "| `%s` | `%s` | %s | %s | %s |%n"
                        .formatted(
                                setting.flag(),
                                setting.environmentVariable(),
                                setting.fallback().orElse("–"),
                                setting.kind().allowed(),
                                setting.description()))
                .collect(Collectors.joining(
                        "", "| flag | variable | default | may be | |%n|---|---|---|---|---|%n".formatted(), ""));
    }
}
