package dev.continuo.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs short commands of the operating system to their end. */
final class Commands {
    private Commands() {}

    record Result(int exitCode, String output) {
        boolean ok() {
            return exitCode == 0;
        }
    }

    /**
     * Output goes through a file: a daemon that the command leaves behind inherits a pipe and would keep it open.
     *
     * @throws IOException when the command cannot be started or outlives the limit (it is then killed)
     */
    static Result run(List<String> command, Path outputFile, Duration limit) throws IOException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(outputFile.toFile())
                .start();
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
                throw new IOException("Not done within " + limit.toSeconds() + " s: " + String.join(" ", command)
                        + System.lineSeparator() + Files.readString(outputFile));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted in " + command.get(0)).initCause(e);
        }
        return new Result(process.exitValue(), Files.readString(outputFile).strip());
    }

    static Result runOk(List<String> command, Path outputFile, Duration limit) throws IOException {
        Result result = run(command, outputFile, limit);
        if (!result.ok()) {
            throw new IOException("Exit code " + result.exitCode() + " from " + String.join(" ", command)
                    + System.lineSeparator() + result.output());
        }
        return result;
    }
}
