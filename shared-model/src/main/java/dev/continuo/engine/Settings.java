package dev.continuo.engine;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The configuration of a process, by area. Values are within the bounds that {@link Setting} gives. */
public record Settings(
        Postgres postgres,
        Kafka kafka,
        Http http,
        Engine engine,
        Worker worker,
        Scripts scripts,
        Dialects dialects,
        Optional<Path> masterKeyFile,
        Ai ai,
        Admin admin,
        Callbacks callbacks) {

    /**
     * With the public services of models and no keys for them, without anybody who may administer, and callbacks to public
     * addresses alone.
     */
    public Settings(
            Postgres postgres,
            Kafka kafka,
            Http http,
            Engine engine,
            Worker worker,
            Scripts scripts,
            Dialects dialects,
            Optional<Path> masterKeyFile) {
        this(
                postgres,
                kafka,
                http,
                engine,
                worker,
                scripts,
                dialects,
                masterKeyFile,
                Ai.DEFAULT,
                Admin.NOBODY,
                Callbacks.DEFAULT);
    }

    /** A database and who logs in to it. */
    public record Postgres(String host, int port, String user, String password, String database) {
        private static final int DEFAULT_PORT = 5432;

        /** Reads {@code postgresql://user:password@host:port/database}; empty when it is not of that form. */
        public static Optional<Postgres> parse(String address) {
            try {
                URI uri = new URI(address);
                String user = uri.getRawUserInfo();
                String path = uri.getRawPath();
                boolean complete = ("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))
                        && uri.getHost() != null
                        && user != null
                        && path != null
                        && path.matches("/[^/]+")
                        && uri.getPort() <= 65535
                        && uri.getRawQuery() == null
                        && uri.getRawFragment() == null;
                if (!complete) {
                    return Optional.empty();
                }
                int colon = user.indexOf(':');
                return Optional.of(new Postgres(
                        uri.getHost(),
                        uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
                        decode(colon < 0 ? user : user.substring(0, colon)),
                        colon < 0 ? "" : decode(user.substring(colon + 1)),
                        decode(path.substring(1))));
            } catch (URISyntaxException e) {
                return Optional.empty();
            }
        }

        /** For JDBC, without user and password. */
        public String jdbcUrl() {
            return "jdbc:postgresql://" + host + ":" + port + "/" + database;
        }

        /** Without the password. */
        @Override
        public String toString() {
            return "postgresql://" + user + "@" + host + ":" + port + "/" + database;
        }

        private static String decode(String text) {
            // Only percent signs mean something here; URLDecoder would turn a plus into a blank.
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }

    /**
     * @param topicPrefix what the names of topics and consumer groups start with
     * @param partitions of topics that are created
     * @param replication of topics that are created
     */
    public record Kafka(String bootstrapServers, String topicPrefix, int partitions, int replication) {}

    /**
     * @param port 0 for any free one
     * @param instances event loops that serve
     * @param maxStreams streams of events that may be open at once
     */
    public record Http(String host, int port, int maxBodyBytes, int instances, int maxStreams) {}

    /**
     * Who may use the admin API, besides holders of API keys with the role admin.
     *
     * @param token what opens it
     * @param openToLoopback whether whoever connects from this machine needs no token
     */
    public record Admin(Optional<String> token, boolean openToLoopback) {
        public static final Admin NOBODY = new Admin(Optional.empty(), false);

        /** Without the token. */
        @Override
        public String toString() {
            return "Admin[token " + (token.isPresent() ? "set" : "not set") + ", openToLoopback=" + openToLoopback
                    + "]";
        }
    }

    /**
     * @param laneQueue commands that may wait for one lane
     * @param batchMax commands in one transaction
     * @param lease how long a silent worker keeps a task
     * @param redispatch how long a task may wait for a worker before it is published again
     */
    public record Engine(int lanes, int laneQueue, int batchMax, Duration lease, Duration redispatch) {}

    /**
     * @param concurrency tasks that one instance executes at once
     * @param responseBytes the largest response that a connector takes
     * @param publishServers brokers to which KAFKA_PUBLISH may send, besides the engine's own
     */
    public record Worker(int instances, int concurrency, int responseBytes, Set<String> publishServers) {
        public Worker {
            publishServers = Set.copyOf(publishServers);
        }
    }

    /**
     * What an operator may choose about the dialects.
     *
     * @param emptyJoinWaits whether a conductor JOIN with an empty joinOn waits for all branches
     * @param ownerEmailMandatory whether conductor definitions must tell who owns them
     */
    public record Dialects(boolean emptyJoinWaits, boolean ownerEmailMandatory) {
        public static final Dialects DEFAULT = new Dialects(true, false);
    }

    /**
     * Where language models are.
     *
     * @param silence how long a provider may send nothing
     * @param teamsFile what AI_CONVERSE tasks may ask
     */
    public record Ai(
            ModelService anthropic,
            ModelService openai,
            ModelService replicate,
            Duration silence,
            Optional<Path> teamsFile) {
        public static final Ai DEFAULT = new Ai(
                new ModelService(Setting.ANTHROPIC_BASE_URL.fallback().orElseThrow(), Optional.empty()),
                new ModelService(Setting.OPENAI_BASE_URL.fallback().orElseThrow(), Optional.empty()),
                new ModelService(Setting.REPLICATE_BASE_URL.fallback().orElseThrow(), Optional.empty()),
                Duration.ofSeconds(120),
                Optional.empty());
    }

    /** @param key for tasks that bring none */
    public record ModelService(String baseUrl, Optional<String> key) {
        /** Without the key. */
        @Override
        public String toString() {
            return baseUrl + (key.isPresent() ? " with a key" : " without a key");
        }
    }

    /**
     * How callbacks are sent.
     *
     * @param privateAddresses whether they may go to this machine and to private networks
     * @param concurrency at once, in a process
     * @param perNamespace of these, of the same namespace
     * @param perHost of these, of the same namespace to the same host
     * @param bodyBytes the largest one
     */
    public record Callbacks(boolean privateAddresses, int concurrency, int perNamespace, int perHost, int bodyBytes) {
        public static final Callbacks DEFAULT = new Callbacks(false, 64, 8, 4, 16 << 20);
    }

    /** Limits of one evaluation. */
    public record Scripts(Duration timeout, int resultBytes) {}

    /** @throws IllegalStateException when the address of Postgres or of Kafka is absent */
    public static Settings of(SettingValues values) {
        String address = values.required(Setting.POSTGRES_URL);
        return new Settings(
                Postgres.parse(address).orElseThrow(() -> new IllegalStateException("Unchecked Postgres address")),
                new Kafka(
                        values.required(Setting.KAFKA_BOOTSTRAP),
                        values.required(Setting.TOPIC_PREFIX),
                        integer(values, Setting.TOPIC_PARTITIONS),
                        integer(values, Setting.TOPIC_REPLICATION)),
                new Http(
                        values.required(Setting.HOST),
                        integer(values, Setting.PORT),
                        integer(values, Setting.MAX_BODY_BYTES),
                        integer(values, Setting.API_INSTANCES),
                        integer(values, Setting.SSE_MAX_STREAMS)),
                new Engine(
                        integer(values, Setting.LANES),
                        integer(values, Setting.LANE_QUEUE),
                        integer(values, Setting.BATCH_MAX),
                        Duration.ofSeconds(values.number(Setting.LEASE_SECONDS)),
                        Duration.ofSeconds(values.number(Setting.REDISPATCH_SECONDS))),
                new Worker(
                        integer(values, Setting.WORKER_INSTANCES),
                        integer(values, Setting.WORKER_CONCURRENCY),
                        integer(values, Setting.HTTP_RESPONSE_BYTES),
                        values.text(Setting.KAFKA_PUBLISH_SERVERS)
                                .map(text -> Set.copyOf(List.of(text.split(","))))
                                .orElse(Set.of())),
                new Scripts(
                        Duration.ofMillis(values.number(Setting.SCRIPT_TIMEOUT_MS)),
                        integer(values, Setting.SCRIPT_RESULT_BYTES)),
                new Dialects(
                        Boolean.parseBoolean(values.required(Setting.EMPTY_JOIN_WAITS)),
                        Boolean.parseBoolean(values.required(Setting.OWNER_EMAIL_MANDATORY))),
                values.text(Setting.MASTER_KEY_FILE).map(Path::of),
                new Ai(
                        service(values, Setting.ANTHROPIC_BASE_URL, Setting.ANTHROPIC_API_KEY),
                        service(values, Setting.OPENAI_BASE_URL, Setting.OPENAI_API_KEY),
                        service(values, Setting.REPLICATE_BASE_URL, Setting.REPLICATE_API_TOKEN),
                        Duration.ofSeconds(values.number(Setting.MODEL_SILENCE_SECONDS)),
                        values.text(Setting.AI_TEAMS_FILE).map(Path::of)),
                new Admin(values.text(Setting.ADMIN_TOKEN), false),
                new Callbacks(
                        values.text(Setting.CALLBACK_PRIVATE_ADDRESSES)
                                .map(Boolean::parseBoolean)
                                .orElse(false),
                        integer(values, Setting.CALLBACK_CONCURRENCY),
                        integer(values, Setting.CALLBACK_NAMESPACE_CONCURRENCY),
                        integer(values, Setting.CALLBACK_HOST_CONCURRENCY),
                        integer(values, Setting.CALLBACK_BODY_BYTES)));
    }

    private static ModelService service(SettingValues values, Setting baseUrl, Setting key) {
        return new ModelService(values.required(baseUrl), values.text(key));
    }

    public Settings withHttp(Http other) {
        return new Settings(
                postgres, kafka, other, engine, worker, scripts, dialects, masterKeyFile, ai, admin, callbacks);
    }

    public Settings withKafka(Kafka other) {
        return new Settings(
                postgres, other, http, engine, worker, scripts, dialects, masterKeyFile, ai, admin, callbacks);
    }

    public Settings withEngine(Engine other) {
        return new Settings(
                postgres, kafka, http, other, worker, scripts, dialects, masterKeyFile, ai, admin, callbacks);
    }

    public Settings withWorker(Worker other) {
        return new Settings(
                postgres, kafka, http, engine, other, scripts, dialects, masterKeyFile, ai, admin, callbacks);
    }

    public Settings withScripts(Scripts other) {
        return new Settings(
                postgres, kafka, http, engine, worker, other, dialects, masterKeyFile, ai, admin, callbacks);
    }

    public Settings withAi(Ai other) {
        return new Settings(
                postgres, kafka, http, engine, worker, scripts, dialects, masterKeyFile, other, admin, callbacks);
    }

    public Settings withCallbacks(Callbacks other) {
        return new Settings(postgres, kafka, http, engine, worker, scripts, dialects, masterKeyFile, ai, admin, other);
    }

    /** Whoever connects from this machine may use the admin API. */
    public Settings withAdminOpenToLoopback() {
        Admin open = new Admin(admin.token, true);
        return new Settings(
                postgres, kafka, http, engine, worker, scripts, dialects, masterKeyFile, ai, open, callbacks);
    }

    private static int integer(SettingValues values, Setting setting) {
        return Math.toIntExact(values.number(setting));
    }
}
