package dev.continuo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleProvider;
import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.standalone.DataDirectory;
import dev.continuo.standalone.EmbeddedServers;
import dev.continuo.standalone.Node;
import dev.continuo.standalone.Running;
import dev.continuo.standalone.Standalone;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a newcomer copies from the README does what the README says. */
class ReadmeIT {
    private static final String SERVER = "http://127.0.0.1:8080";
    private static final String START = "./continuo ";
    private static final String ELLIPSIS = "…";
    private static final long LIMIT_SECONDS = 90;

    @TempDir
    private Path scratch;

    @Test
    void theFirstWorkflowComesOutAsTheReadmeShows() throws Exception {
        assertComesOutAsShown("A first workflow", List.of(), Map.of());
    }

    @Test
    void whatAConductorClientDoesComesOutAsTheReadmeShows() throws Exception {
        assertComesOutAsShown("With a Conductor client", List.of(variables()), Map.of());
    }

    /** The sample provider stands in for Anthropic's, which the lines themselves do not name. */
    @Test
    void theAgentComesOutAsTheReadmeShows() throws Exception {
        SampleAnswer poem = new SampleAnswer.Text("The sea says what it said before,\nand says it to another shore.");
        try (SampleProvider provider = SampleProvider.start(question -> poem)) {
            assertComesOutAsShown(
                    "With an agent", List.of(variables()), Map.of(Setting.ANTHROPIC_BASE_URL, provider.url()));
        }
    }

    /** What the first section sets for all that follow. */
    private static String variables() throws IOException {
        return Pages.blocks(Pages.section(Pages.read("README.md"), "A first workflow"), "sh").stream()
                .filter(block -> block.contains(SERVER))
                .findFirst()
                .orElseThrow();
    }

    private void assertComesOutAsShown(String heading, List<String> before, Map<Setting, String> settings)
            throws Exception {
        String section = Pages.section(Pages.read("README.md"), heading);
        List<String> lines = Stream.concat(
                        before.stream(), Pages.blocks(section, "sh").stream().filter(block -> !block.startsWith(START)))
                .toList();
        List<String> shown = Pages.blocks(section, "text");
        assertThat(lines).as("blocks to run").hasSizeGreaterThan(before.size());
        assertThat(shown).as("blocks of output").isNotEmpty();
        try (Running running = new Running()) {
            String address = "http://127.0.0.1:" + start(running, settings).port();
            String script = String.join("", lines);
            assertThat(script).contains(SERVER);
            assertThat(run(script.replace(SERVER, address))).matches(pattern(shown));
        }
    }

    private static Node start(Running running, Map<Setting, String> settings) throws Exception {
        DataDirectory directory = running.add("the data directory", DataDirectory.ephemeral());
        EmbeddedServers servers = EmbeddedServers.start(defaults(), directory, running);
        SettingValues values = servers.values()
                .with(Setting.PORT, "0")
                .with(Setting.MASTER_KEY_FILE, directory.masterKey().toString());
        for (Map.Entry<Setting, String> setting : settings.entrySet()) {
            values = values.with(setting.getKey(), setting.getValue());
        }
        return running.add(
                "the node", Standalone.start(Settings.of(values).withAdminOpenToLoopback(), servers.kafkaServing()));
    }

    private static SettingValues defaults() {
        return switch (SettingValues.read(setting -> Optional.empty(), Set.of())) {
            case SettingValues.Accepted accepted -> accepted.values();
            case SettingValues.Refused refused -> throw new AssertionError("Defaults are wrong: " + refused);
        };
    }

    private String run(String script) throws IOException, InterruptedException {
        Path output = scratch.resolve("output");
        ProcessBuilder builder = new ProcessBuilder("bash", "-euo", "pipefail", "-c", script)
                .directory(Pages.CHECKOUT.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        // A build within this build would overwrite what is being tested.
        builder.environment().putAll(Map.of("CONTINUO_BUILD", "never", "CONTINUO_FAST_START", "never"));
        Process process = builder.start();
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        String text = Files.readString(output);
        assertThat(ended).as("The script ends. It printed: %s", text).isTrue();
        assertThat(process.exitValue()).as("Exit code. It printed: %s", text).isZero();
        return text;
    }

    /** Each shown line is a line of the output, in the same order; an ellipsis stands for anything within a line. */
    private static Pattern pattern(List<String> shown) {
        String lines = shown.stream()
                .flatMap(String::lines)
                .map(line -> Arrays.stream(line.split(ELLIPSIS, -1))
                        .map(Pattern::quote)
                        .collect(Collectors.joining("[^\\n]*")))
                .map(line -> "(?:[^\\n]*\\n)*?" + line + "\\n")
                .collect(Collectors.joining());
        return Pattern.compile(lines + "[\\s\\S]*");
    }
}
