package dev.continuo.engine;

import dev.continuo.engine.SettingKind.PostgresAddress;
import dev.continuo.engine.SettingKind.Secret;
import dev.continuo.engine.SettingKind.ServiceAddress;
import dev.continuo.engine.SettingKind.Size;
import dev.continuo.engine.SettingKind.Text;
import dev.continuo.engine.SettingKind.WholeNumber;
import java.util.Locale;
import java.util.Optional;

/**
 * Everything that can be configured, each in one place: flag, environment variable, default, what is allowed and what it
 * is for. The command line, its help, the checks and the table in {@code docs/operations.md} are all made from this.
 */
public enum Setting {
    POSTGRES_URL(new PostgresAddress(), "", "The database. `dev` brings its own when this is not set."),
    KAFKA_BOOTSTRAP(
            Text.of("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*", "one or more host:port, separated by commas"),
            "",
            "The Kafka brokers. `dev` brings its own when this is not set."),
    HOST(Text.of("\\S+", "a host name or address"), "127.0.0.1", "The address to serve on."),
    PORT(new WholeNumber(0, 65535), "8080", "The port to serve on; 0 takes any free one."),
    MAX_BODY_BYTES(new Size(1 << 10, 100L << 20), "5 MiB", "The largest request body."),
    API_INSTANCES(new WholeNumber(1, 64), "1", "Event loops that serve HTTP."),
    SSE_MAX_STREAMS(new WholeNumber(1, 100_000), "1000", "Streams of events that may be open at once; more get a 503."),
    ADMIN_TOKEN(new Secret(32), "", "What opens the admin API. `dev` opens it to this machine without one, too."),
    TOPIC_PREFIX(
            Text.of("[a-zA-Z0-9._-]{1,100}", "up to 100 letters, digits, dots, underscores and hyphens"),
            "continuo.",
            "What the names of all topics and consumer groups start with."),
    TOPIC_PARTITIONS(new WholeNumber(1, 1000), "8", "Partitions of a topic when it is created."),
    TOPIC_REPLICATION(new WholeNumber(1, 10), "1", "Replicas of a topic when it is created."),
    LANES(new WholeNumber(1, 64), "2", "Committers, each with a database connection of its own."),
    LANE_QUEUE(new WholeNumber(100, 1_000_000), "20000", "Commands that may wait for a committer; more get a 503."),
    BATCH_MAX(new WholeNumber(1, 10_000), "512", "Commands in one transaction at most."),
    LEASE_SECONDS(
            new WholeNumber(2, 3600), "60", "How long a silent worker keeps a task before another attempt is made."),
    REDISPATCH_SECONDS(
            new WholeNumber(1, 600),
            "30",
            "How long a task may wait for a worker before it is published again; doubled each time, up to 8 times that."),
    WORKER_CONCURRENCY(new WholeNumber(1, 10_000), "256", "Tasks that a worker executes at once."),
    WORKER_INSTANCES(new WholeNumber(1, 64), "1", "Workers in a process."),
    HTTP_RESPONSE_BYTES(
            new Size(1 << 10, 512L << 20), "10 MiB", "The largest response that a connector takes from a service."),
    KAFKA_PUBLISH_SERVERS(
            Text.of("[^\\s,:]+:[0-9]{1,5}(,[^\\s,:]+:[0-9]{1,5})*", "one or more host:port, separated by commas"),
            "",
            "Kafka brokers to which KAFKA_PUBLISH tasks may send, besides the engine's own."),
    SCRIPT_TIMEOUT_MS(new WholeNumber(10, 60_000), "4000", "Milliseconds after which a script is stopped."),
    SCRIPT_RESULT_BYTES(
            new Size(1 << 10, 64L << 20),
            "1 MiB",
            "The largest result of a script, in UTF-16 characters of JSON: what is not ASCII takes up to 3 bytes each."),
    EMPTY_JOIN_WAITS(
            Text.of("true|false", "true or false"),
            "true",
            "Whether a conductor JOIN with an empty joinOn waits for all branches of the fork before it."),
    OWNER_EMAIL_MANDATORY(
            Text.of("true|false", "true or false"), "false", "Whether conductor definitions must have an ownerEmail."),
    ANTHROPIC_BASE_URL(
            new ServiceAddress(), "https://api.anthropic.com", "Where the models of the provider `claude` are asked."),
    ANTHROPIC_API_KEY(new Secret(1), "", "For tasks that ask `claude` and bring no API key. Better set as a variable."),
    OPENAI_BASE_URL(
            new ServiceAddress(),
            "https://api.openai.com/v1",
            "Where the models of the provider `openai` are asked: OpenAI or any server that is compatible with it."),
    OPENAI_API_KEY(new Secret(1), "", "For tasks that ask `openai` and bring no API key. Better set as a variable."),
    REPLICATE_BASE_URL(
            new ServiceAddress(),
            "https://api.replicate.com",
            "Where the models of the provider `replicate` are asked."),
    REPLICATE_API_TOKEN(
            new Secret(1), "", "For tasks that ask `replicate` and bring no API key. Better set as a variable."),
    MODEL_SILENCE_SECONDS(
            new WholeNumber(1, 3600), "120", "Seconds that a model may send nothing before the attempt fails."),
    CALLBACK_PRIVATE_ADDRESSES(
            Text.of("true|false", "true or false"),
            "",
            "Whether callbacks may go to this machine and to private networks. `dev` allows it when this is not set, nothing"
                    + " else does."),
    CALLBACK_CONCURRENCY(new WholeNumber(1, 10_000), "64", "Callbacks that a process with workers sends at once."),
    CALLBACK_NAMESPACE_CONCURRENCY(new WholeNumber(1, 10_000), "8", "Of these, callbacks of the same namespace."),
    CALLBACK_HOST_CONCURRENCY(
            new WholeNumber(1, 10_000), "4", "Of these, callbacks of the same namespace to the same host."),
    CALLBACK_BODY_BYTES(
            new Size(1 << 10, 64L << 20),
            "16 MiB",
            "The largest callback: of a longer one the oldest lines of the log are left out; one that is still larger is"
                    + " not sent."),
    AI_TEAMS_FILE(Text.of(".+", "the path of a file"), "", "The teams that AI_CONVERSE tasks may ask, as JSON."),
    MASTER_KEY_FILE(
            Text.of(".+", "the path of a file"),
            "",
            "The key that seals secrets: 32 random bytes in Base64. `dev` makes one in its data directory.");

    private final SettingKind kind;
    private final String fallback;
    private final String description;

    Setting(SettingKind kind, String fallback, String description) {
        this.kind = kind;
        this.fallback = fallback;
        this.description = description;
    }

    /** {@code --lane-queue} */
    public String flag() {
        return "--" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** {@code CONTINUO_LANE_QUEUE} */
    public String environmentVariable() {
        return "CONTINUO_" + name();
    }

    public SettingKind kind() {
        return kind;
    }

    /** As it would be written by hand; empty for a setting that has no default. */
    public Optional<String> fallback() {
        return fallback.isEmpty() ? Optional.empty() : Optional.of(fallback);
    }

    /** One sentence. */
    public String description() {
        return description;
    }
}
