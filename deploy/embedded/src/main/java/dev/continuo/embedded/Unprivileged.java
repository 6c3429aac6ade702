package dev.continuo.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * How PostgreSQL, which refuses to run as root, is run by whoever started this process.
 *
 * @param prefix what stands before each command
 * @param fileOwner the user id that the server's files must have
 */
record Unprivileged(List<String> prefix, int fileOwner) {
    private static final int NOBODY = 65534;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);

    /** @param directory one that this process may write to */
    static Unprivileged choose(Path directory, Path scratch) throws IOException {
        int user = ownUser(directory);
        if (user != 0) {
            return new Unprivileged(List.of(), user);
        }
        List<String> ownNamespace = List.of("unshare", "-U");
        if (works(ownNamespace, scratch)) {
            return new Unprivileged(ownNamespace, 0);
        }
        List<String> asNobody = List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups");
        if (works(asNobody, scratch)) {
            return new Unprivileged(asNobody, NOBODY);
        }
        throw new IOException("PostgreSQL does not run as root, and neither `" + String.join(" ", ownNamespace)
                + "` nor `" + String.join(" ", asNobody) + "` works here. Start Continuo as an ordinary user.");
    }

    List<String> command(String... command) {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return whole;
    }

    /** Gives the tree to the server's user, when it is not already its. */
    void own(Path directory) throws IOException {
        if (owner(directory) == fileOwner) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            files.forEach(file -> {
                try {
                    Files.setAttribute(file, "unix:uid", fileOwner, LinkOption.NOFOLLOW_LINKS);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /** @throws IOException saying so, when the server's user cannot get to the directory */
    void requireAccess(Path directory, Path scratch) throws IOException {
        if (isolatedUser()
                && !Commands.run(command("test", "-x", directory.toString()), scratch, PROBE_LIMIT)
                        .ok()) {
            throw new IOException("PostgreSQL does not run as root, and the user " + fileOwner
                    + " that it is run as instead cannot reach " + directory
                    + ", because a directory above is private. Choose another data directory.");
        }
    }

    /** True when the server runs as a user that cannot look into this process's private folders. */
    boolean isolatedUser() {
        return fileOwner == NOBODY;
    }

    private static boolean works(List<String> prefix, Path scratch) throws IOException {
        List<String> probe = new ArrayList<>(prefix);
        probe.add("true");
        try {
            return Commands.run(probe, scratch, PROBE_LIMIT).ok();
        } catch (IOException e) {
            // The tool is not installed.
            return false;
        }
    }

    private static int ownUser(Path directory) throws IOException {
        Path created = Files.createTempFile(directory, "owner", "");
        try {
            return owner(created);
        } finally {
            Files.delete(created);
        }
    }

    private static int owner(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:uid");
    }
}
