package dev.continuo.engine;

import dev.continuo.secret.Keyring;
import dev.continuo.testing.Backends;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** Settings of a small engine on real servers. */
final class TestSettings {
    private TestSettings() {}

    /**
     * @param dir where the master key may lie
     * @param name tells its topics from those of others
     */
    static Settings of(Backends backends, Path dir, String name) throws IOException {
        Path key = Files.writeString(dir.resolve("key"), Keyring.generate());
        return new Settings(
                Settings.Postgres.parse(backends.pgUri()).orElseThrow(),
                new Settings.Kafka(backends.kafkaBootstrap(), backends.topicPrefix() + name + ".", 1, 1),
                new Settings.Http("127.0.0.1", 0, 1 << 20, 1, 100),
                new Settings.Engine(1, 1000, 100, Duration.ofSeconds(3), Duration.ofSeconds(30)),
                new Settings.Worker(1, 16, 1 << 20, Set.of()),
                new Settings.Scripts(Duration.ofSeconds(5), 1 << 20),
                Settings.Dialects.DEFAULT,
                Optional.of(key));
    }
}
