package dev.continuo.cli;

import java.io.BufferedReader;
import java.io.IOException;
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

/** A `continuo dev` in a process of its own. */
record Dev(Process process, BufferedReader out, Path errors) implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    static Dev launch(Path scratch, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-Djava.io.tmpdir=" + scratch,
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "dev"));
        command.addAll(List.of(options));
        if (!command.contains("--port")) {
            command.addAll(List.of("--port", "0"));
        }
        Path errors = Files.createTempFile(scratch, "standard-error", ".txt");
        Process process =
                new ProcessBuilder(command).redirectError(errors.toFile()).start();
        return new Dev(
                process,
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)),
                errors);
    }

    /** Waits for the line that tells that the process is ready. */
    URI address() throws IOException {
        String line = out.readLine();
        if (line == null || !line.startsWith("Continuo is ready on ")) {
            throw new AssertionError("Not ready: " + line + System.lineSeparator() + Files.readString(errors));
        }
        return URI.create(line.substring("Continuo is ready on ".length()));
    }

    /** Like Ctrl-C or `kill`. Unlike {@link Process#destroy}, it leaves the output to be read. */
    void askToStop() {
        process.toHandle().destroy();
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("Still running");
        }
        return process.exitValue();
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
