package dev.continuo.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** A data directory that already has an owner. The message is fit for the person at the command line. */
public final class DirectoryInUseException extends IOException {
    private static final long serialVersionUID = 1L;

    DirectoryInUseException(Path directory, String owner) {
        super("The data directory " + directory + " is in use by " + owner
                + ". Stop it first, or choose another directory.");
    }
}
