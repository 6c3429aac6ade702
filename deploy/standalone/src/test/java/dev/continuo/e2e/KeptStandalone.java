package dev.continuo.e2e;

import dev.continuo.cli.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A standalone with a PostgreSQL and a Kafka of its own, whose data is still there when its process is not. It misses
 * workers and publications soon, to have less to wait for.
 */
record KeptStandalone(Path scratch) {

    /** The next life on the same data. */
    Child launch(String... options) throws IOException {
        List<String> all = new ArrayList<>(List.of(
                "--data", scratch.resolve("data").toString(), "--lease-seconds", "2", "--redispatch-seconds", "1"));
        all.addAll(List.of(options));
        return Child.dev(scratch, all.toArray(String[]::new));
    }

    /** The address of its database while it runs. */
    String jdbc() throws IOException {
        Path postgres = scratch.resolve("data").resolve("postgres");
        String port = Files.readString(postgres.resolve("port")).strip();
        return Load.jdbc(
                "jdbc:postgresql://127.0.0.1:" + port + "/continuo",
                "continuo",
                Files.readString(postgres.resolve("password")).strip());
    }
}
