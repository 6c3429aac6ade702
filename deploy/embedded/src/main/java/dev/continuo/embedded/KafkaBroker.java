package dev.continuo.embedded;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.apache.kafka.server.common.Feature;
import org.apache.kafka.server.common.MetadataVersion;

/**
 * A one-node Kafka of this process (KRaft, broker and controller in one), on a loopback port that is kept for the
 * directory. It ends with the process; what it acknowledged survives that.
 *
 * <p>State-changing methods are synchronized.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final int START_ATTEMPTS = 3;

    /**
     * One node, few partitions, small buffers. The short broker session matters after a kill: a restarted broker waits
     * until the registration of its last life has expired. What is kept is bounded in time and in size per partition.
     */
    private static final Map<String, String> FIXED = Map.ofEntries(
            Map.entry("process.roles", "broker,controller"),
            Map.entry("node.id", "1"),
            Map.entry("controller.listener.names", "CONTROLLER"),
            Map.entry("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT"),
            Map.entry("inter.broker.listener.name", "PLAINTEXT"),
            Map.entry("broker.session.timeout.ms", "2000"),
            Map.entry("broker.heartbeat.interval.ms", "250"),
            Map.entry("auto.create.topics.enable", "false"),
            Map.entry("group.initial.rebalance.delay.ms", "0"),
            Map.entry("offsets.topic.num.partitions", "4"),
            Map.entry("offsets.topic.replication.factor", "1"),
            Map.entry("transaction.state.log.num.partitions", "4"),
            Map.entry("transaction.state.log.replication.factor", "1"),
            Map.entry("transaction.state.log.min.isr", "1"),
            Map.entry("share.coordinator.state.topic.num.partitions", "4"),
            Map.entry("share.coordinator.state.topic.replication.factor", "1"),
            Map.entry("share.coordinator.state.topic.min.isr", "1"),
            Map.entry("num.network.threads", "2"),
            Map.entry("num.io.threads", "4"),
            Map.entry("background.threads", "2"),
            Map.entry("log.cleaner.dedupe.buffer.size", "4194304"),
            Map.entry("log.index.size.max.bytes", "1048576"),
            Map.entry("log.segment.bytes", "33554432"),
            Map.entry("log.retention.hours", "24"),
            Map.entry("log.retention.bytes", "268435456"),
            Map.entry("metadata.log.segment.bytes", "16777216"),
            Map.entry("metadata.max.retention.bytes", "67108864"));

    private final Path directory;
    private final DirectoryLock lock;
    private final int port;
    private final int controllerPort;
    private Optional<KafkaRaftServer> server = Optional.empty();

    private KafkaBroker(Path directory, DirectoryLock lock) throws IOException {
        this.directory = directory;
        this.lock = lock;
        this.port = Ports.remembered(directory.resolve("port"));
        this.controllerPort = Ports.remembered(directory.resolve("controller-port"));
    }

    /**
     * Starts a broker, after formatting the directory when it is new, and returns once it serves.
     *
     * @throws DirectoryInUseException when another live process uses the directory
     */
    public static KafkaBroker start(Path directory) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        DirectoryLock lock = DirectoryLock.acquire(real);
        try {
            for (int attempt = 1; ; attempt++) {
                KafkaBroker broker = new KafkaBroker(real, lock);
                try {
                    broker.format();
                    broker.startServer();
                    return broker;
                } catch (IOException e) {
                    // The ports are raced for: whoever took one since it was chosen, the next attempt chooses anew.
                    if (attempt == START_ATTEMPTS || broker.portsAreFree()) {
                        throw e;
                    }
                }
            }
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /**
     * Like {@link #start}, but returns before the broker serves: its address is already known, and whoever can do without
     * it for some seconds need not wait.
     *
     * @param starter runs the start, which takes seconds
     */
    public static Starting startLater(Path directory, Executor starter) throws IOException {
        Files.createDirectories(directory);
        Path real = directory.toRealPath();
        DirectoryLock lock = DirectoryLock.acquire(real);
        try {
            KafkaBroker broker = new KafkaBroker(real, lock);
            return new Starting(broker, CompletableFuture.runAsync(broker::startUnchecked, starter));
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /** @param serving completes when the broker serves, or fails with an {@link UncheckedIOException} in the cause */
    public record Starting(KafkaBroker broker, CompletableFuture<Void> serving) {}

    private synchronized void startUnchecked() {
        try {
            format();
            startServer();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /** {@code host:port} */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** Stops serving; {@link #restart()} brings it back. Does nothing when stopped. */
    public synchronized void stop() {
        if (server.isPresent()) {
            server.get().shutdown();
            server.get().awaitShutdown();
            server = Optional.empty();
        }
    }

    /** Starts again after {@link #stop()}, on the same port and data. */
    public synchronized void restart() throws IOException {
        stop();
        startServer();
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            stop();
        } finally {
            lock.close();
        }
    }

    private boolean portsAreFree() {
        return Ports.isFree(port) && Ports.isFree(controllerPort);
    }

    private Path logs() {
        return directory.resolve("log");
    }

    private void format() throws IOException {
        if (Files.exists(logs().resolve("meta.properties"))) {
            return;
        }
        Files.createDirectories(logs());
        try {
            new Formatter()
                    .setPrintStream(new PrintStream(OutputStream.nullOutputStream()))
                    .setNodeId(1)
                    .setClusterId(Uuid.randomUuid().toString())
                    .setReleaseVersion(MetadataVersion.LATEST_PRODUCTION)
                    .setSupportedFeatures(Feature.PRODUCTION_FEATURES)
                    .setControllerListenerName("CONTROLLER")
                    .addDirectory(logs().toString())
                    .setMetadataLogDirectory(logs().toString())
                    .setIgnoreFormatted(true)
                    .run();
        } catch (Exception e) {
            throw new IOException("Cannot format " + logs() + " for Kafka", e);
        }
    }

    private void startServer() throws IOException {
        KafkaRaftServer fresh = new KafkaRaftServer(new KafkaConfig(settings()), Time.SYSTEM);
        try {
            fresh.startup();
        } catch (RuntimeException e) {
            fresh.shutdown();
            fresh.awaitShutdown();
            throw new IOException("Kafka does not start on " + bootstrapServers() + " in " + directory, e);
        }
        server = Optional.of(fresh);
    }

    private Map<String, Object> settings() {
        Map<String, Object> settings = new TreeMap<>(FIXED);
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("listeners", "PLAINTEXT://127.0.0.1:" + port + ",CONTROLLER://127.0.0.1:" + controllerPort);
        settings.put("advertised.listeners", "PLAINTEXT://127.0.0.1:" + port);
        settings.put("log.dirs", logs().toString());
        return settings;
    }
}
