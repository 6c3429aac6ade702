package dev.continuo.testing;

import java.io.IOException;

/** A way to come by real servers, found by {@link java.util.ServiceLoader}. */
public interface BackendsProvider {
    /** What {@code -Dbackends=} selects it by. */
    String name();

    /** @throws IOException saying what is missing, when this way does not work on this machine */
    PostgresBackend startPostgres() throws IOException;

    /** @throws IOException saying what is missing, when this way does not work on this machine */
    KafkaBackend startKafka() throws IOException;
}
