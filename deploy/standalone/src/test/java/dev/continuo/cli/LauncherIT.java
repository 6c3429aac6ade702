package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell script at the top of the checkout, on what this build has just packaged. */
class LauncherIT {
    private static final Path SCRIPT =
            Path.of("..", "..", "continuo").toAbsolutePath().normalize();

    @TempDir
    private Path elsewhere;

    @Test
    void itWorksFromAnywhereAndThroughASymbolicLink() throws Exception {
        Path link = Files.createSymbolicLink(elsewhere.resolve("a link"), SCRIPT);
        Answer answer = run(Map.of(), link.toString(), "--version");
        assertThat(answer).isEqualTo(new Answer(0, "continuo 0.1.0-SNAPSHOT\n", ""));
    }

    @Test
    void argumentsArePassedOnAsTheyAre() throws Exception {
        Answer answer = run(Map.of(), SCRIPT.toString(), "dev", "--host", "a b", "--lanes", "");
        assertThat(answer.exitCode()).isEqualTo(2);
        assertThat(answer.err()).contains("`a b`").contains("--lanes (CONTINUO_LANES) cannot be ``");
    }

    @Test
    void aJdkThatIsTooOldIsPassedOver() throws Exception {
        Path old = Files.createDirectories(elsewhere.resolve("old-jdk"));
        Files.writeString(old.resolve("release"), "JAVA_VERSION=\"17.0.15\"\n");
        Files.createDirectories(old.resolve("bin"));
        for (String program : List.of("java", "javac")) {
            Path file = Files.writeString(old.resolve("bin").resolve(program), "#!/bin/sh\necho too old\nexit 9\n");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
        String path = old.resolve("bin") + ":" + System.getenv("PATH");
        Answer answer = run(Map.of("JAVA_HOME", old.toString(), "PATH", path), SCRIPT.toString(), "--version");
        assertThat(answer).isEqualTo(new Answer(0, "continuo 0.1.0-SNAPSHOT\n", ""));
    }

    @Test
    void optionsForTheJvmReachIt() throws Exception {
        Answer answer =
                run(Map.of("CONTINUO_JAVA_OPTS", "-Xmx100m -XX:+UseSerialGC -version"), SCRIPT.toString(), "--version");
        assertThat(answer.exitCode()).isZero();
        assertThat(answer.out()).isEmpty();
        assertThat(answer.err()).contains("version");
    }

    private record Answer(int exitCode, String out, String err) {}

    private Answer run(Map<String, String> variables, String... command) throws IOException, InterruptedException {
        Path out = Files.createTempFile(elsewhere, "out", "");
        Path err = Files.createTempFile(elsewhere, "err", "");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(command)))
                .directory(elsewhere.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        // A build within this build would overwrite what is being tested.
        builder.environment().put("CONTINUO_BUILD", "never");
        builder.environment().put("CONTINUO_FAST_START", "never");
        builder.environment().putAll(variables);
        Process process = builder.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Answer(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
