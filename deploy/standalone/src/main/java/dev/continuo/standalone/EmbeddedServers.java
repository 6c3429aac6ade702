package dev.continuo.standalone;

import dev.continuo.embedded.KafkaBroker;
import dev.continuo.embedded.PostgresServer;
import dev.continuo.embedded.PostgresServer.Options;
import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/**
 * The servers that a standalone brings along for what the settings leave open.
 *
 * @param values the settings, with the servers' addresses
 * @param kafkaServing completes when Kafka is up; Postgres is
 */
public record EmbeddedServers(SettingValues values, CompletableFuture<Void> kafkaServing) {

    /** Starts both at the same time and returns when Postgres is up. */
    public static EmbeddedServers start(SettingValues given, DataDirectory data, Running running) throws IOException {
        SettingValues values = given;
        CompletableFuture<Void> serving = CompletableFuture.completedFuture(null);
        if (values.text(Setting.KAFKA_BOOTSTRAP).isEmpty()) {
            KafkaBroker.Starting kafka = KafkaBroker.startLater(
                    data.kafka(),
                    task -> Thread.ofPlatform().name("kafka-start").daemon().start(task));
            running.add("Kafka", kafka.broker());
            values = values.with(Setting.KAFKA_BOOTSTRAP, kafka.broker().bootstrapServers());
            serving = kafka.serving();
        }
        if (values.text(Setting.POSTGRES_URL).isEmpty()) {
            PostgresServer postgres = running.add(
                    "PostgreSQL", PostgresServer.start(data.postgres(), Options.durableIn(Options.userCache())));
            values = values.with(Setting.POSTGRES_URL, postgres.uri());
        }
        return new EmbeddedServers(values, serving);
    }
}
