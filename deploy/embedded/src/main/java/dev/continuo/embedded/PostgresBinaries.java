package dev.continuo.embedded;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/** Unpacks the PostgreSQL programs that travel in a jar, once per version and cache folder. */
final class PostgresBinaries {
    private PostgresBinaries() {}

    /** @return the folder with {@code initdb}, {@code pg_ctl} and {@code postgres} */
    static Path unpack(Path cache) throws IOException {
        String archive = "postgres-" + system() + "-" + architecture() + ".txz";
        URL resource = PostgresBinaries.class.getResource("/" + archive);
        if (resource == null) {
            throw new IOException("This build has no PostgreSQL for " + system() + " on " + architecture() + " (no "
                    + archive + " on the class path). Use an external one: CONTINUO_POSTGRES_URL.");
        }
        Path home = cache.resolve(archive.replace(".txz", "") + "-" + checksum(resource));
        if (!Files.isDirectory(home)) {
            Files.createDirectories(cache);
            unpack(resource, home);
        }
        return home.resolve("bin");
    }

    /** Unpacks aside and renames, so that a process killed half-way leaves nothing that looks complete. */
    private static void unpack(URL resource, Path home) throws IOException {
        Path aside = Files.createTempDirectory(home.getParent(), "unpacking-");
        try (InputStream file = new BufferedInputStream(resource.openStream(), 1 << 16);
                TarArchiveInputStream tar = new TarArchiveInputStream(new XZInputStream(file))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                write(aside, entry, tar);
            }
        }
        Files.setPosixFilePermissions(aside, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Files.move(aside, home, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            delete(aside);
            if (!Files.isDirectory(home)) {
                throw e;
            }
            // Another process was faster: its copy is as good.
        }
    }

    private static void write(Path home, TarArchiveEntry entry, InputStream content) throws IOException {
        Path target = home.resolve(entry.getName()).normalize();
        if (!target.startsWith(home)) {
            throw new IOException("Refused: the archive entry " + entry.getName() + " leads outside");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        boolean program = (entry.getMode() & 0111) != 0;
        Files.setPosixFilePermissions(target, PosixFilePermissions.fromString(program ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static String checksum(URL resource) throws IOException {
        if (resource.openConnection() instanceof JarURLConnection jar) {
            return Long.toHexString(jar.getJarEntry().getCrc());
        }
        throw new IOException("Expected the PostgreSQL archive in a jar, found it at " + resource);
    }

    private static String system() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        return name.startsWith("mac") ? "darwin" : name.startsWith("linux") ? "linux" : name;
    }

    private static String architecture() {
        return switch (System.getProperty("os.arch")) {
            case "amd64", "x86_64" -> "x86_64";
            case "aarch64", "arm64" -> "arm_64";
            case String other -> other;
        };
    }

    static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
