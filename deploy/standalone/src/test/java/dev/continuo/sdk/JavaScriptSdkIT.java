package dev.continuo.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.continuo.e2e.Servers;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Runs the tests in {@code src/test/node}, which use the official JavaScript SDK, against a server of its own. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JavaScriptSdkIT {
    private static final int LEAST_NODE = 20;
    private static final long PROBE_SECONDS = 30;
    private static final long LIMIT_SECONDS = 300;
    private static final Pattern NODE_VERSION = Pattern.compile("v(\\d+)\\..*", Pattern.DOTALL);
    private static final Pattern PASSED = Pattern.compile("^. pass (\\d+)$", Pattern.MULTILINE);

    private static final Path SOURCES = Path.of("src/test/node");
    private static final Path WORK = Path.of("target/javascript-sdk");

    /** Those by which the environment would change what the SDK or its tests do. */
    private static final List<String> UNWANTED = List.of("CI", "NODE_OPTIONS", "NODE_TEST_CONTEXT");

    private final Backends backends;

    @TempDir
    private Path scratch;

    JavaScriptSdkIT(Backends backends) {
        this.backends = backends;
    }

    /** How a program ended, and all that it wrote. */
    private record Ended(int code, String output) {}

    @Test
    void whatTheJavaScriptSdkDoesWorks() throws Exception {
        requireNode();
        copySources();
        Ended installed = run(LIMIT_SECONDS, Map.of(), "npm", "ci", "--prefer-offline", "--no-audit", "--no-fund");
        assertThat(installed.code()).as("npm ci: %s", installed.output()).isZero();
        Servers servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
        Standalone server = servers.start();
        try {
            String address = "http://127.0.0.1:" + server.port();
            Ended tested =
                    run(LIMIT_SECONDS, Map.of("CONTINUO_URL", address), "node", "--test", "--test-reporter=spec");
            assertThat(tested.code()).as("node --test: %s", tested.output()).isZero();
            Matcher passed = PASSED.matcher(tested.output());
            assertThat(passed.find()).as(tested.output()).isTrue();
            assertThat(Long.parseLong(passed.group(1))).isGreaterThanOrEqualTo(tests());
        } finally {
            server.close();
        }
    }

    /** Without Node these tests are skipped, except where a change is decided on. */
    private static void requireNode() throws Exception {
        String missing = missing();
        assertThat("true".equals(System.getenv("CI")) ? missing : "").isEmpty();
        assumeTrue(missing.isEmpty(), missing);
    }

    private static String missing() throws InterruptedException {
        try {
            Ended node = run(PROBE_SECONDS, Map.of(), "node", "--version");
            Matcher version = NODE_VERSION.matcher(node.output());
            if (node.code() != 0 || !version.matches() || Integer.parseInt(version.group(1)) < LEAST_NODE) {
                return "Node " + LEAST_NODE + " is needed, and node --version says " + node.output();
            }
            Ended npm = run(PROBE_SECONDS, Map.of(), "npm", "--version");
            return npm.code() == 0 ? "" : "npm --version says " + npm.output();
        } catch (IOException e) {
            return "Node " + LEAST_NODE + " and npm are needed: " + e.getMessage();
        }
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    private static long tests() throws IOException {
        long files = sources().stream()
                .filter(file -> file.toString().endsWith(".test.mjs"))
                .count();
        assertThat(files).isPositive();
        return files;
    }

    /** So that what npm installs is not among the sources. */
    private static void copySources() throws IOException {
        Files.createDirectories(WORK);
        try (Stream<Path> files = Files.list(WORK)) {
            for (Path old : files.filter(Files::isRegularFile).toList()) {
                Files.delete(old);
            }
        }
        for (Path source : sources()) {
            Files.copy(source, WORK.resolve(source.getFileName()));
        }
    }

    private static Ended run(long limitSeconds, Map<String, String> variables, String... command)
            throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        Path output = Files.createTempFile("javascript-sdk", ".log");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(WORK.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Map<String, String> environment = builder.environment();
            environment.keySet().removeIf(name -> UNWANTED.contains(name) || name.startsWith("CONDUCTOR_"));
            environment.putAll(variables);
            Process process = builder.start();
            boolean ended = process.waitFor(limitSeconds, TimeUnit.SECONDS);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly().waitFor();
            }
            String text = Files.readString(output);
            assertThat(ended)
                    .as("%s ends within %s s. It wrote: %s", List.of(command), limitSeconds, text)
                    .isTrue();
            return new Ended(process.exitValue(), text);
        } finally {
            Files.delete(output);
        }
    }
}
