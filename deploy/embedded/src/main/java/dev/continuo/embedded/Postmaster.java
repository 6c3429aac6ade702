package dev.continuo.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The main process of a PostgreSQL server, as its data folder's {@code postmaster.pid} tells. */
record Postmaster(long pid) {
    static Path file(Path cluster) {
        return cluster.resolve("postmaster.pid");
    }

    static Optional<Postmaster> read(Path cluster) throws IOException {
        if (!Files.exists(file(cluster))) {
            return Optional.empty();
        }
        List<String> lines = Files.readAllLines(file(cluster));
        return lines.isEmpty() || !lines.get(0).strip().matches("[0-9]{1,9}")
                ? Optional.empty()
                : Optional.of(new Postmaster(Long.parseLong(lines.get(0).strip())));
    }

    /** Process ids are used again, so a live process counts only when it was started as a server of this very folder. */
    boolean serves(Path cluster) throws IOException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid).filter(ProcessHandle::isAlive);
        if (process.isEmpty()) {
            return false;
        }
        ProcessHandle.Info info = process.get().info();
        boolean program = info.command().map(Path::of).map(Path::getFileName).stream()
                .anyMatch(name -> name.toString().equals("postgres"));
        Path folder = cluster.toRealPath();
        boolean ofFolder = info.arguments().stream()
                .flatMap(Arrays::stream)
                .anyMatch(argument -> argument.equals(folder.toString()));
        return program && ofFolder;
    }
}
