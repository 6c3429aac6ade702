package dev.continuo.standalone;

import dev.continuo.embedded.DirectoryLock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Where a standalone keeps everything; one process at a time. */
public final class DataDirectory implements AutoCloseable {
    private static final int KEY_BYTES = 32;
    private static final FileAttribute<?> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

    private final Path root;
    private final boolean ephemeral;
    private final DirectoryLock lock;

    private DataDirectory(Path root, boolean ephemeral) throws IOException {
        this.root = root;
        this.ephemeral = ephemeral;
        this.lock = DirectoryLock.acquire(root);
    }

    /** @throws dev.continuo.embedded.DirectoryInUseException when another process has it */
    public static DataDirectory open(Path directory) throws IOException {
        Path root = directory.toAbsolutePath().normalize();
        if (!Files.exists(root)) {
            Files.createDirectories(root);
            makePrivate(root);
        }
        return new DataDirectory(root, false);
    }

    /** A new directory that is deleted when it is closed. */
    public static DataDirectory ephemeral() throws IOException {
        Path root = Files.createTempDirectory("continuo-");
        makePrivate(root);
        return new DataDirectory(root, true);
    }

    /** Not to be looked into, but to be passed through: PostgreSQL may run as another user. */
    private static void makePrivate(Path root) throws IOException {
        Files.setPosixFilePermissions(root, PosixFilePermissions.fromString("rwx--x--x"));
        for (String name : List.of("kafka", "logs")) {
            Files.createDirectory(root.resolve(name), OWNER_ONLY);
        }
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
