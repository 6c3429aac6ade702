package dev.continuo.embedded;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A PostgreSQL server of this process, on a loopback port, with its data in one directory.
 *
 * <p>It ends with the process, even with one that is killed: a small guard process waits for that. Should the guard be
 * killed too, the next start on the same directory finds the orphan, makes sure that it is the server of this very
 * directory, and stops it first.
 *
 * <p>Methods that change the state are not meant to be called by two threads at once, and are synchronized.
 */
public final class PostgresServer implements AutoCloseable {
    /** Superuser of the cluster and owner of the database. */
    public static final String USER = "continuo";

    public static final String DATABASE = "continuo";

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final Duration COMMAND_LIMIT = Duration.ofSeconds(130);
    private static final int START_ATTEMPTS = 6;
    private static final Duration START_PAUSE = Duration.ofMillis(500);

    /**
     * @param durable whether an acknowledged commit survives a crash of the machine; false only for tests
     * @param port a fixed port, else one that is chosen once and kept for the directory
     * @param binariesCache where the unpacked programs are kept (60 MB), shared by any number of servers
     */
    public record Options(boolean durable, OptionalInt port, Path binariesCache) {
        /** For data that matters. */
        public static Options durableIn(Path binariesCache) {
            return new Options(true, OptionalInt.empty(), binariesCache);
        }

        /** For tests: nothing is flushed to the disk. */
        public static Options fastIn(Path binariesCache) {
            return new Options(false, OptionalInt.empty(), binariesCache);
        }

        public Options withPort(int fixed) {
            return new Options(durable, OptionalInt.of(fixed), binariesCache);
        }

        /** The cache folder of the user who runs this process: {@code ~/.continuo/cache}. */
        public static Path userCache() {
            return Path.of(System.getProperty("user.home"), ".continuo", "cache");
        }
    }

    private final Path directory;
    private final Path cluster;
    private final Options options;
    private final DirectoryLock lock;
    private final Unprivileged user;
    private final Path bin;
    private final String password;
    private int port;
    private Optional<OrphanGuard> guard = Optional.empty();

    private PostgresServer(Path directory, Options options, DirectoryLock lock) throws IOException {
        this.directory = directory;
        this.cluster = directory.resolve("cluster");
        this.options = options;
        this.lock = lock;
        this.user = Unprivileged.choose(directory, scratch());
        // Another user cannot reach a cache below this user's home, but must reach the data anyway.
        this.bin =
                PostgresBinaries.unpack(user.isolatedUser() ? directory.resolve("programs") : options.binariesCache());
        this.password = rememberedPassword();
    }

    /**
     * Starts a server, after creating a cluster in the directory when there is none yet, and returns once it answers.
     *
     * @throws DirectoryInUseException when another live process uses the directory
     * @throws IOException with the server's own words when it cannot start
     */
    public static PostgresServer start(Path directory, Options options) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        DirectoryLock lock = DirectoryLock.acquire(real);
        try {
            PostgresServer server = new PostgresServer(real, options, lock);
            server.stopOrphan();
            server.createCluster();
            server.startServer();
            server.createDatabase();
            return server;
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    public String host() {
        return "127.0.0.1";
    }

    public int port() {
        return port;
    }

    public String user() {
        return USER;
    }

    public String password() {
        return password;
    }

    public String database() {
        return DATABASE;
    }

    /** {@code postgresql://user:password@host:port/database} */
    public String uri() {
        return uri(DATABASE);
    }

    public String uri(String database) {
        return "postgresql://" + USER + ":" + encode(password) + "@" + host() + ":" + port + "/" + encode(database);
    }

    /** For JDBC, without user and password. */
    public String jdbcUrl() {
        return jdbcUrl(DATABASE);
    }

    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + host() + ":" + port + "/" + encode(database);
    }

    /** Ends all sessions, writes a checkpoint and stops; {@link #restart()} brings it back. Does nothing when stopped. */
    public synchronized void stop() throws IOException {
        stop("fast");
    }

    /** Stops like a power cut: no checkpoint, the next start recovers from the log. */
    public synchronized void crash() throws IOException {
        stop("immediate");
    }

    /** Starts again after {@link #stop()} or {@link #crash()}, on the same port and data. */
    public synchronized void restart() throws IOException {
        stop();
        if (!Ports.isFree(port)) {
            throw new IOException("Port " + port + " of the stopped PostgreSQL has been taken by another process");
        }
        startOn(port);
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            stop();
        } finally {
            lock.close();
        }
    }

    private void stop(String mode) throws IOException {
        if (guard.isEmpty()) {
            return;
        }
        if (Postmaster.read(cluster).isPresent()) {
            stopProcess(mode);
        }
        guard.get().dismiss();
        guard = Optional.empty();
    }

    private void stopProcess(String mode) throws IOException {
        Commands.Result result = pgCtl("stop", "-m", mode, "-w", "-t", "20");
        if (!result.ok() && Postmaster.read(cluster).isPresent()) {
            LOG.warn("PostgreSQL in {} did not stop ({}), stopping it at once", cluster, result.output());
            Commands.Result atOnce = pgCtl("stop", "-m", "immediate", "-w", "-t", "20");
            if (!atOnce.ok() && Postmaster.read(cluster).isPresent()) {
                throw new IOException("PostgreSQL in " + cluster + " does not stop: " + atOnce.output());
            }
        }
    }

    private void stopOrphan() throws IOException {
        Optional<Postmaster> left = Postmaster.read(cluster);
        if (left.isEmpty()) {
            return;
        }
        if (left.get().serves(cluster)) {
            LOG.info(
                    "Stopping the PostgreSQL (process {}) that a killed process left in {}",
                    left.get().pid(),
                    cluster);
            stopProcess("fast");
        } else {
            // A stale file whose process id now belongs to another program would make the server refuse to start.
            Files.deleteIfExists(Postmaster.file(cluster));
        }
    }

    private void createCluster() throws IOException {
        if (Files.exists(cluster.resolve("PG_VERSION"))) {
            user.own(cluster);
            return;
        }
        // Created aside and renamed, so that a process killed half-way leaves nothing that looks like a cluster.
        Path aside = Files.createTempDirectory(directory, "creating-");
        Path passwordFile = Files.writeString(aside.resolve("password"), password);
        user.own(aside);
        user.requireAccess(aside, scratch());
        List<String> initdb = user.command(
                bin.resolve("initdb").toString(),
                "-D",
                aside.resolve("cluster").toString(),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile=" + passwordFile,
                "-E",
                "UTF8",
                "--locale-provider=builtin",
                "--locale=C.UTF-8",
                "--no-instructions",
                options.durable() ? "--sync-method=fsync" : "--no-sync");
        Commands.runOk(initdb, scratch(), COMMAND_LIMIT);
        Path configuration = aside.resolve("cluster").resolve("postgresql.conf");
        Files.writeString(configuration, "\ninclude = 'continuo.conf'\n", StandardOpenOption.APPEND);
        Files.deleteIfExists(passwordFile);
        Files.move(aside.resolve("cluster"), cluster, StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(aside);
    }

    private void startServer() throws IOException {
        for (int attempt = 1; ; attempt++) {
            int candidate = options.port().isPresent()
                    ? options.port().getAsInt()
                    : Ports.remembered(directory.resolve("port"));
            try {
                startOn(candidate);
                return;
            } catch (IOException e) {
                // Backends of a killed server may hold its shared memory for a moment, and ports are raced for.
                if (attempt == START_ATTEMPTS) {
                    throw e;
                }
                LOG.info("PostgreSQL did not start (attempt {} of {}): {}", attempt, START_ATTEMPTS, e.getMessage());
                pause();
            }
        }
    }

    private void startOn(int candidate) throws IOException {
        Path configuration = cluster.resolve("continuo.conf");
        Files.writeString(configuration, PostgresSettings.render(candidate, options.durable()));
        user.own(configuration);
        Path log = cluster.resolve("start.log");
        Files.deleteIfExists(log);
        Commands.Result result = pgCtl("start", "-w", "-t", "120", "-l", log.toString());
        if (!result.ok()) {
            String words = Files.exists(log) ? Files.readString(log).strip() : result.output();
            throw new IOException("PostgreSQL does not start in " + cluster + " on port " + candidate + ": " + words);
        }
        port = candidate;
        Postmaster postmaster = Postmaster.read(cluster)
                .orElseThrow(() -> new IOException("PostgreSQL ended right after its start in " + cluster));
        guard = Optional.of(OrphanGuard.over(postmaster));
    }

    private void createDatabase() throws IOException {
        try (Connection connection = DriverManager.getConnection(jdbcUrl("postgres"), USER, password);
                Statement statement = connection.createStatement()) {
            boolean exists = statement
                    .executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + DATABASE + "'")
                    .next();
            if (!exists) {
                statement.execute("CREATE DATABASE " + DATABASE);
            }
        } catch (SQLException e) {
            stop();
            throw new IOException("Cannot create the database " + DATABASE + " in " + cluster, e);
        }
    }

    private Commands.Result pgCtl(String action, String... more) throws IOException {
        List<String> command = user.command(bin.resolve("pg_ctl").toString(), action, "-D", cluster.toString(), "-s");
        command.addAll(List.of(more));
        return Commands.run(command, scratch(), COMMAND_LIMIT);
    }

    private String rememberedPassword() throws IOException {
        Path file = directory.resolve("password");
        if (Files.exists(file)) {
            return Files.readString(file).strip();
        }
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        String fresh = HexFormat.of().formatHex(random);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, fresh);
        return fresh;
    }

    private Path scratch() {
        return directory.resolve("command.log");
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static void pause() throws IOException {
        try {
            Thread.sleep(START_PAUSE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("Interrupted while starting PostgreSQL").initCause(e);
        }
    }
}
