package dev.continuo.cli;

import dev.continuo.engine.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.flywaydb.core.api.FlywayException;

/** What a failed start says about the process's surroundings, in one line: no stack helps whoever has to mend them. */
final class Surroundings {
    private static final int MAX_CAUSES = 20;

    private Surroundings() {}

    /**
     * A failure of the database as an {@link IOException} that names its address, never its password; anything else as it
     * is.
     */
    static Exception explained(Exception failure, Settings.Postgres postgres) {
        Optional<SQLException> refusal = causes(failure)
                .filter(SQLException.class::isInstance)
                .map(SQLException.class::cast)
                .reduce((outer, inner) -> inner);
        if (refusal.isPresent()) {
            String told = oneLine(refusal.get()) + deeper(refusal.get());
            return new IOException("Cannot use the database " + postgres + ": " + told, failure);
        }
        return failure instanceof FlywayException
                ? new IOException("Cannot migrate the database " + postgres + ": " + oneLine(failure), failure)
                : failure;
    }

    /** Empty for what is no matter of the surroundings, but a bug. */
    static Optional<String> line(Exception failure) {
        return switch (failure) {
            case NoSuchFileException absent -> Optional.of(absent.getFile() + " does not exist");
            case FileAlreadyExistsException taken -> Optional.of(taken.getFile() + " is in the way");
            case AccessDeniedException denied -> Optional.of("No access to " + denied.getFile());
            case FileSystemException file -> Optional.of("Cannot use " + oneLine(file));
            case IOException told -> Optional.of(oneLine(told));
            case UncheckedIOException wrapped -> line(wrapped.getCause());
            case ExecutionException wrapped when wrapped.getCause() instanceof Exception cause -> line(cause);
            case CompletionException wrapped when wrapped.getCause() instanceof Exception cause -> line(cause);
            default -> Optional.empty();
        };
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, cause -> cause != null, Throwable::getCause)
                .limit(MAX_CAUSES);
    }

    private static String deeper(Throwable failure) {
        return failure.getCause() == null ? "" : " (" + oneLine(failure.getCause()) + ")";
    }

    private static String oneLine(Throwable failure) {
        String name = failure.getClass().getSimpleName();
        String message = failure.getMessage();
        return message == null || message.isBlank() ? name : message.strip().replaceAll("\\s*\\R\\s*", " ");
    }
}
