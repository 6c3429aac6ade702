package dev.continuo.engine;

import org.flywaydb.core.Flyway;

/** Brings the schema up to date. Any number of processes may start at once: they take turns. */
final class Migrations {
    private static final int CONNECT_TRIES = 10;

    private Migrations() {}

    /** Blocks; throws when Postgres cannot be reached or the schema is newer than this version knows. */
    static void run(Settings.Postgres postgres) {
        Flyway.configure()
                .dataSource(postgres.jdbcUrl(), postgres.user(), postgres.password())
                .locations("classpath:db/migration")
                .connectRetries(CONNECT_TRIES)
                .connectRetriesInterval(1)
                .load()
                .migrate();
    }
}
