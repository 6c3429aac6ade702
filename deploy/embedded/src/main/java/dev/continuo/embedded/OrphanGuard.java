package dev.continuo.embedded;

import java.io.IOException;

/**
 * A shell that waits until this process is gone, however it went, and then stops the server. It watches the one process
 * that it was started for, so it cannot hit a server that was started later on the same data.
 */
final class OrphanGuard {
    /** The read ends when the pipe from this process does; a terminal's Ctrl-C must not end the guard before. */
    private static final String SCRIPT = "trap '' INT TERM HUP; read -r stay || kill -INT \"$1\"";

    private final Process shell;

    private OrphanGuard(Process shell) {
        this.shell = shell;
    }

    static OrphanGuard over(Postmaster postmaster) throws IOException {
        return new OrphanGuard(
                new ProcessBuilder("/bin/sh", "-c", SCRIPT, "continuo-postgres-guard", Long.toString(postmaster.pid()))
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start());
    }

    void dismiss() {
        shell.destroyForcibly();
    }
}
