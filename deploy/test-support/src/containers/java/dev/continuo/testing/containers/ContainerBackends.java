package dev.continuo.testing.containers;

import dev.continuo.testing.BackendsProvider;
import dev.continuo.testing.KafkaBackend;
import dev.continuo.testing.PostgresBackend;
import java.io.IOException;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** Servers in Docker: as they are shipped by their makers. */
public final class ContainerBackends implements BackendsProvider {
    private static final String POSTGRES_IMAGE = "postgres:18";
    private static final String KAFKA_IMAGE = "apache/kafka:4.1.1";

    @Override
    public String name() {
        return "containers";
    }

    @Override
    public PostgresBackend startPostgres() throws IOException {
        requireDocker();
        PostgreSQLContainer container = new PostgreSQLContainer(POSTGRES_IMAGE);
        container.start();
        return new PostgresBackend(
                container.getHost(),
                container.getFirstMappedPort(),
                container.getUsername(),
                container.getPassword(),
                container.getDatabaseName(),
                container::stop);
    }

    @Override
    public KafkaBackend startKafka() throws IOException {
        requireDocker();
        KafkaContainer container = new KafkaContainer(KAFKA_IMAGE);
        container.start();
        return new KafkaBackend(container.getBootstrapServers(), container::stop);
    }

    private static void requireDocker() throws IOException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            throw new IOException("-Dbackends=containers needs a Docker that this user may use, and there is none."
                    + " Leave the option out to test with embedded servers.");
        }
    }
}
