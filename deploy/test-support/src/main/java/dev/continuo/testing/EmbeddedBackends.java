package dev.continuo.testing;

import dev.continuo.embedded.KafkaBroker;
import dev.continuo.embedded.PostgresServer;
import dev.continuo.embedded.PostgresServer.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Servers in (Kafka) or beside (PostgreSQL) this JVM, with data in a temporary folder that goes with them. */
public final class EmbeddedBackends implements BackendsProvider {
    @Override
    public String name() {
        return "embedded";
    }

    @Override
    public PostgresBackend startPostgres() throws IOException {
        Path directory = Files.createTempDirectory("continuo-test-postgres-");
        PostgresServer server = PostgresServer.start(directory, Options.fastIn(Options.userCache()));
        return new PostgresBackend(
                server.host(), server.port(), server.user(), server.password(), server.database(), () -> {
                    server.close();
                    delete(directory);
                });
    }

    @Override
    public KafkaBackend startKafka() throws IOException {
        Path directory = Files.createTempDirectory("continuo-test-kafka-");
        KafkaBroker broker = KafkaBroker.start(directory);
        return new KafkaBackend(broker.bootstrapServers(), () -> {
            broker.close();
            delete(directory);
        });
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
