package dev.continuo.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** The documents that come with the dialects. */
public final class OpenApiDocument {
    private OpenApiDocument() {}

    /** The one that {@code /openapi/<name>.json} serves, as JSON text. Reads a file: not for an event loop. */
    public static String of(String name) {
        String resource = "/openapi/" + name + ".json";
        try (InputStream in = OpenApiDocument.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new IllegalStateException("The resource " + resource + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read the resource " + resource, e);
        }
    }
}
