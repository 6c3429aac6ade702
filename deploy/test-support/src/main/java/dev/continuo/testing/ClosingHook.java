package dev.continuo.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** Stops the servers of a JVM that ends before its tests do. */
record ClosingHook(Servers servers) implements Runnable {
    @Override
    public void run() {
        try {
            servers.close();
        } catch (IOException e) {
            throw new UncheckedIOException("The test backends did not stop", e);
        }
    }
}
