package dev.continuo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.continuo.embedded.PostgresServer.Options;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KilledProcessIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    @Test
    void aKilledProcessTakesItsServersWithItAndTheNextStartFindsTheData() throws Exception {
        Process process = HeldServers.launch(directory, Options.userCache());
        String uri = firstLine(process);
        long postmaster = postmaster();
        kill(process);
        awaitDeath(postmaster);
        assertBothStart(uri);
    }

    @Test
    void anOrphanWhoseGuardWasKilledTooDoesNotBreakTheNextStart() throws Exception {
        Process process = HeldServers.launch(directory, Options.userCache());
        String uri = firstLine(process);
        long postmaster = postmaster();
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        kill(process);
        assertThat(ProcessHandle.of(postmaster)).get().matches(ProcessHandle::isAlive);
        assertBothStart(uri);
        awaitDeath(postmaster);
    }

    @Test
    void asRootWithoutUserNamespacesAnotherUserRunsTheServer() throws Exception {
        assumeTrue(Unprivileged.choose(directory, directory.resolve("probe")).fileOwner() == 0, "not root");
        Path programs = Files.createDirectory(directory.resolve("programs"));
        Path unshare = Files.writeString(programs.resolve("unshare"), "#!/bin/sh\nexit 1\n");
        Files.setPosixFilePermissions(unshare, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        ProcessBuilder command = HeldServers.command(directory, Options.userCache());
        command.environment().merge("PATH", programs.toString(), (old, first) -> first + ":" + old);

        for (int start = 1; start <= 2; start++) {
            Process process = command.start();
            firstLine(process);
            long postmaster = postmaster();
            assertThat(Files.getAttribute(Path.of("/proc", Long.toString(postmaster)), "unix:uid"))
                    .isEqualTo(65534);
            kill(process);
            awaitDeath(postmaster);
        }
    }

    private void assertBothStart(String uri) throws Exception {
        try (PostgresServer postgres =
                        PostgresServer.start(directory.resolve("postgres"), Options.durableIn(Options.userCache()));
                KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"))) {
            assertThat(postgres.uri() + " " + kafka.bootstrapServers()).isEqualTo(uri);
            assertThat(Sql.single(postgres, "SELECT current_database()")).isEqualTo("continuo");
            Records.createTopic(kafka.bootstrapServers(), "alive");
            Records.produce(kafka.bootstrapServers(), "alive", "yes");
            assertThat(Records.all(kafka.bootstrapServers(), "alive", 1)).isEqualTo(List.of("yes"));
        }
    }

    private long postmaster() throws Exception {
        return Postmaster.read(directory.resolve("postgres").resolve("cluster"))
                .orElseThrow()
                .pid();
    }

    private static String firstLine(Process process) throws Exception {
        BufferedReader out =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        String line = out.readLine();
        assertThat(line).as("the line with the servers' addresses").isNotNull();
        return line;
    }

    private static void kill(Process process) throws Exception {
        process.destroyForcibly();
        assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    private static void awaitDeath(long pid) {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
            assertThat(System.nanoTime()).as("process %d still lives", pid).isLessThan(end);
            LockSupport.parkNanos(Duration.ofMillis(20).toNanos());
        }
    }
}
