package dev.continuo.embedded;

/** The server's configuration: chosen for a machine with few cores that it shares with everything else. */
final class PostgresSettings {
    /**
     * Statements and row values are kept out of the server's log, because either may hold a secret; the log is a file
     * per weekday, overwritten after a week.
     */
    private static final String COMMON = """
            listen_addresses = '127.0.0.1'
            port = %d
            unix_socket_directories = ''
            max_connections = 100
            shared_buffers = 256MB
            work_mem = 8MB
            maintenance_work_mem = 64MB
            wal_level = minimal
            max_wal_senders = 0
            wal_buffers = 16MB
            max_wal_size = 1GB
            min_wal_size = 128MB
            checkpoint_timeout = 10min
            random_page_cost = 1.1
            max_parallel_workers_per_gather = 0
            jit = off
            timezone = 'UTC'
            logging_collector = on
            log_directory = 'log'
            log_filename = 'postgresql-%%a.log'
            log_rotation_age = 1d
            log_rotation_size = 0
            log_truncate_on_rotation = on
            log_timezone = 'UTC'
            log_min_messages = warning
            log_min_error_statement = panic
            log_error_verbosity = terse
            """;

    private static final String DURABLE = """
            fsync = on
            synchronous_commit = on
            full_page_writes = on
            """;

    private static final String FAST = """
            fsync = off
            synchronous_commit = off
            full_page_writes = off
            autovacuum_naptime = 10s
            """;

    private PostgresSettings() {}

    static String render(int port, boolean durable) {
        return COMMON.formatted(port) + (durable ? DURABLE : FAST);
    }
}
