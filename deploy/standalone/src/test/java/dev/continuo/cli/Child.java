package dev.continuo.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A command of Continuo in a process of its own, to be asked to stop, killed or frozen. */
public record Child(Process process, BufferedReader out, Path errors) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String HEAP = "-Xmx512m";

    /** Everything in one process, on a free port unless one is given. */
    public static Child dev(Path scratch, String... options) throws IOException {
        return launch(scratch, HEAP, "dev", List.of(options));
    }

    /**
     * @param heap the limit of the process's heap, as a JVM option
     * @param command `dev`, `api`, `worker` or `demo`
     */
    public static Child launch(Path scratch, String heap, String command, List<String> options) throws IOException {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                heap,
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                command));
        words.addAll(options);
        if (!words.contains("--port") && !command.equals("demo")) {
            words.addAll(List.of("--port", "0"));
        }
        Path errors = Files.createTempFile(scratch, "standard-error", ".txt");
        Process process =
                new ProcessBuilder(words).redirectError(errors.toFile()).start();
        return new Child(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                errors);
    }

    /** Waits for the line that tells that the process is ready. */
    public URI address() throws IOException {
        String line = out.readLine();
        if (line == null || !line.startsWith("Continuo ") || !line.contains(" on http://")) {
            throw new AssertionError("Not ready: " + line + System.lineSeparator() + Files.readString(errors));
        }
        return URI.create(line.substring(line.lastIndexOf(' ') + 1));
    }

    /** Like Ctrl-C or `kill`. Unlike {@link Process#destroy}, it leaves the output to be read. */
    public void askToStop() {
        process.toHandle().destroy();
    }

    /** `kill -9`: returns when the process is gone. */
    public void kill() throws IOException, InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** `kill -STOP`: the process stands still, with its sockets open. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** `kill -CONT`: it goes on as if no time had passed. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        Process sent = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start();
        if (sent.waitFor() != 0) {
            throw new AssertionError("Could not send SIG" + name + " to " + process.pid());
        }
    }

    /** What keeps a process that does not end is told: its threads and what it printed. */
    public int exitCode() throws IOException, InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Still running" + System.lineSeparator() + threads() + Files.readString(errors));
        }
        return process.exitValue();
    }

    private String threads() throws IOException {
        String jstack =
                Path.of(System.getProperty("java.home"), "bin", "jstack").toString();
        Process told = new ProcessBuilder(jstack, Long.toString(process.pid()))
                .redirectErrorStream(true)
                .start();
        try (InputStream text = told.getInputStream()) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static int get(URI address) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(address).build(), BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
