package dev.continuo.embedded;

import java.io.IOException;
import java.nio.file.Path;

/** A process of its own that starts both servers and holds them until it is killed. */
final class HeldServers {
    private HeldServers() {}

    static Process launch(Path directory, Path cache) throws IOException {
        return command(directory, cache).start();
    }

    static ProcessBuilder command(Path directory, Path cache) {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HeldServers.class.getName(),
                        directory.toString(),
                        cache.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT);
    }

    public static void main(String[] args) throws IOException {
        Path directory = Path.of(args[0]);
        PostgresServer postgres =
                PostgresServer.start(directory.resolve("postgres"), PostgresServer.Options.durableIn(Path.of(args[1])));
        KafkaBroker kafka = KafkaBroker.start(directory.resolve("kafka"));
        System.out.println(postgres.uri() + " " + kafka.bootstrapServers());
        // Nothing is ever written to this process: it stays until it is killed.
        System.exit(System.in.read());
    }
}
