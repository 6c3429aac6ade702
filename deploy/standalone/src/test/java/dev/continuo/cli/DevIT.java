package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DevIT {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

    @TempDir
    private Path scratch;

    @Test
    void itServesOnceItSaysSoAndStopsCleanlyOnASignal() throws Exception {
        try (Child dev = Child.dev(scratch, "--data", data())) {
            URI address = dev.address();
            assertThat(Child.get(address.resolve("/health/live"))).isEqualTo(200);
            assertThat(Child.get(address.resolve("/admin/v1/apikeys?namespace=n")))
                    .as("programs of this machine need no token")
                    .isEqualTo(200);
            long began = System.nanoTime();
            dev.askToStop();
            assertThat(dev.exitCode()).isZero();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(STOP_LIMIT);
            assertThat(dev.out().readLine()).as("more standard output").isNull();
            assertThat(Files.readString(dev.errors()))
                    .contains("Programs of this machine may make API keys without a token")
                    .doesNotContain(" WARN ", " ERROR ");
        }
    }

    @Test
    void itStartsAgainAfterItWasKilled() throws Exception {
        try (Child dev = Child.dev(scratch, "--data", data())) {
            dev.address();
            dev.process().destroyForcibly();
            dev.exitCode();
        }
        try (Child dev = Child.dev(scratch, "--data", data())) {
            assertThat(Child.get(dev.address().resolve("/health/live"))).isEqualTo(200);
            dev.askToStop();
            assertThat(dev.exitCode()).isZero();
        }
    }

    @Test
    void aSecondOneOnTheSameDataIsRefused() throws Exception {
        try (Child first = Child.dev(scratch, "--data", data())) {
            URI address = first.address();
            try (Child second = Child.dev(scratch, "--data", data())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(Files.readString(second.errors()))
                        .contains(data())
                        .contains("in use by process " + first.process().pid());
            }
            assertThat(Child.get(address.resolve("/health/live"))).isEqualTo(200);
            first.askToStop();
            assertThat(first.exitCode()).isZero();
        }
    }

    @Test
    void anEphemeralOneRunsBesideAnotherAndLeavesNothing() throws Exception {
        Path temporary = Files.createDirectory(scratch.resolve("temporary"));
        try (Child kept = Child.dev(scratch, "--data", data());
                Child passing = Child.dev(temporary, "--ephemeral")) {
            assertThat(passing.address()).isNotEqualTo(kept.address());
            passing.askToStop();
            assertThat(passing.exitCode()).isZero();
            try (Stream<Path> left = Files.list(temporary)) {
                assertThat(left.filter(Files::isDirectory)
                                .map(Path::getFileName)
                                .map(Path::toString))
                        .noneMatch(name -> name.startsWith("continuo-"));
            }
            kept.askToStop();
            assertThat(kept.exitCode()).isZero();
        }
    }

    @Test
    void aTakenPortIsToldInALine() throws Exception {
        try (Child first = Child.dev(scratch, "--data", data())) {
            int port = first.address().getPort();
            try (Child second = Child.dev(scratch, "--ephemeral", "--port", Integer.toString(port))) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(Files.readString(second.errors()))
                        .contains("Choose another one with --port or CONTINUO_PORT.")
                        .doesNotContain("\tat ");
            }
            first.askToStop();
            assertThat(first.exitCode()).isZero();
        }
    }

    private String data() {
        return scratch.resolve("data").toString();
    }
}
