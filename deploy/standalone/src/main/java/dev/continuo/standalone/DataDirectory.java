package dev.continuo.standalone;

import dev.continuo.embedded.DirectoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.stream.Stream;

/** Where a standalone keeps everything; one process at a time. */
public final class DataDirectory implements AutoCloseable {
    private static final int KEY_BYTES = 32;

    private final Path root;
    private final boolean ephemeral;
    private final DirectoryLock lock;

    private DataDirectory(Path root, boolean ephemeral) throws IOException {
        this.root = root;
        this.ephemeral = ephemeral;
        this.lock = DirectoryLock.acquire(root);
    }

    /** @throws dev.continuo.embedded.DirectoryInUseException when another process has it */
    public static DataDirectory open(Path root) throws IOException {
        return new DataDirectory(root.toAbsolutePath().normalize(), false);
    }

    /** A new directory that is deleted when it is closed. */
    public static DataDirectory ephemeral() throws IOException {
        return new DataDirectory(Files.createTempDirectory("continuo-"), true);
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path kafka() {
        return root.resolve("kafka");
    }

    public Path logs() {
        return root.resolve("logs");
    }

    /** The key that seals secrets, made on first use and readable only by its owner. */
    public Path masterKey() throws IOException {
        Path file = root.resolve("master.key");
        if (!Files.exists(file)) {
            byte[] key = new byte[KEY_BYTES];
            new SecureRandom().nextBytes(key);
            // Written aside and renamed: half a key would make every secret unreadable.
            Path aside = Files.createTempFile(
                    root,
                    "master",
                    ".new",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(aside, Base64.getEncoder().encodeToString(key));
            Files.move(aside, file);
        }
        return file;
    }

    @Override
    public void close() throws IOException {
        lock.close();
        if (ephemeral) {
            delete();
        }
    }

    private void delete() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
