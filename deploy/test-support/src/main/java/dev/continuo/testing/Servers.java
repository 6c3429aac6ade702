package dev.continuo.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.TreeMap;

/** The servers of this JVM: each starts when it is first asked for and stops after the last test. */
final class Servers implements AutoCloseable {
    /** The system property that chooses where the servers come from. */
    static final String PROPERTY = "backends";

    private final BackendsProvider provider;
    private Optional<PostgresBackend> postgres = Optional.empty();
    private Optional<KafkaBackend> kafka = Optional.empty();

    Servers(BackendsProvider provider) {
        this.provider = provider;
    }

    /** @throws IllegalArgumentException naming the choices, when the chosen provider does not exist */
    static BackendsProvider provider(String name) {
        TreeMap<String, BackendsProvider> known = new TreeMap<>();
        ServiceLoader.load(BackendsProvider.class).forEach(found -> known.put(found.name(), found));
        if (!known.containsKey(name)) {
            throw new IllegalArgumentException("No backends `" + name + "` on the class path, only " + known.keySet()
                    + ". `containers` needs the Maven profile: mvn verify -Pcontainers -Dbackends=containers");
        }
        return known.get(name);
    }

    synchronized PostgresBackend postgres() {
        try {
            if (postgres.isEmpty()) {
                postgres = Optional.of(provider.startPostgres());
            }
            return postgres.get();
        } catch (IOException e) {
            throw new UncheckedIOException("No PostgreSQL for the tests: " + e.getMessage(), e);
        }
    }

    synchronized KafkaBackend kafka() {
        try {
            if (kafka.isEmpty()) {
                kafka = Optional.of(provider.startKafka());
            }
            return kafka.get();
        } catch (IOException e) {
            throw new UncheckedIOException("No Kafka for the tests: " + e.getMessage(), e);
        }
    }

    synchronized boolean postgresStarted() {
        return postgres.isPresent();
    }

    synchronized boolean kafkaStarted() {
        return kafka.isPresent();
    }

    @Override
    public synchronized void close() throws IOException {
        Optional<KafkaBackend> broker = kafka;
        Optional<PostgresBackend> server = postgres;
        kafka = Optional.empty();
        postgres = Optional.empty();
        try {
            if (broker.isPresent()) {
                broker.get().stop().stop();
            }
        } finally {
            if (server.isPresent()) {
                server.get().stop().stop();
            }
        }
    }
}
