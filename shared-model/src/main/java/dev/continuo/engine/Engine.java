package dev.continuo.engine;

import dev.continuo.decide.Command;
import dev.continuo.decide.DeciderLimits;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.definition.workflowsvc.WorkflowsvcCompiler;
import dev.continuo.events.CommandsConsumer;
import dev.continuo.events.CommandsSettings;
import dev.continuo.events.DeadLetters;
import dev.continuo.events.EventPublisher;
import dev.continuo.events.HeardElsewhere;
import dev.continuo.events.KafkaAdmin;
import dev.continuo.events.KafkaConnection;
import dev.continuo.events.KafkaHealth;
import dev.continuo.events.PublisherSettings;
import dev.continuo.events.TopicCreator;
import dev.continuo.events.TopicLayout;
import dev.continuo.events.Topics;
import dev.continuo.expression.Limits;
import dev.continuo.model.Dialect;
import dev.continuo.script.QuickScripts;
import dev.continuo.script.SandboxLimits;
import dev.continuo.script.ScriptEngine;
import dev.continuo.script.ScriptPool;
import dev.continuo.secret.Keyring;
import dev.continuo.secret.Sealer;
import dev.continuo.store.Claims;
import dev.continuo.store.Committer;
import dev.continuo.store.CommitterLimits;
import dev.continuo.store.ConductorSearch;
import dev.continuo.store.Definitions;
import dev.continuo.store.DueTasks;
import dev.continuo.store.InputSeal;
import dev.continuo.store.Overloaded;
import dev.continuo.store.Plans;
import dev.continuo.store.Reply;
import dev.continuo.store.StoreUnavailable;
import dev.continuo.store.TaskLogs;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Everything that a process needs to decide for runs and to read them, API and worker alike: the committer and its lanes,
 * the sweep, the events out, the scripts, the secrets. One per process.
 */
public final class Engine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Engine.class);
    private static final int MAX_PLANS = 1_000;
    private static final int READ_CONNECTIONS = 8;
    private static final int WORK_CONNECTIONS = 4;
    private static final int SWEEP_LIMIT = 500;
    private static final Duration TOPICS_RETRY = Duration.ofSeconds(2);
    private static final Duration KAFKA_LIMIT = Duration.ofSeconds(5);
    private static final Duration CLOSE_LIMIT = Duration.ofMillis(700);

    private final Settings settings;
    private final Vertx vertx;
    private final MeterRegistry registry;
    private final TaskTypes types;
    private final Sealer sealer;
    private final Pool pool;
    /** Of its own for claims, leases, logs and the sweep: slow queries of users must not hold them up. */
    private final Pool workPool;

    private final SearchPart search;
    private final Plans plans;
    private final HeardElsewhere heardElsewhere;
    private final PollHub polls;
    private final Conductor conductor;
    private final ScriptEngine scriptEngine;
    private final QuickScripts quickScripts;
    private final ScriptPool scriptPool;
    private final KafkaAdmin kafkaAdmin;
    private final TopicCreator topicCreator;
    private final EventPublisher publisher;
    private final Committer committer;
    private final Agents agents;
    private final AgentRemovals agentRemovals;
    private final Sweeper sweeper;
    private final Announcer announcer;
    private final DueTasks dueTasks;
    private final AccessKeys accessKeys;
    private volatile Optional<CommandsConsumer> commandsConsumer = Optional.empty();

    private Engine(Vertx vertx, Settings settings, MeterRegistry registry, TaskTypes types, Keyring keys) {
        this.settings = settings;
        this.vertx = vertx;
        this.registry = registry;
        this.types = types;
        this.sealer = new Sealer(keys);
        PgConnectOptions connect = connectOptions(settings.postgres());
        this.pool = pool(vertx, connect, READ_CONNECTIONS);
        this.workPool = pool(vertx, connect, WORK_CONNECTIONS);
        this.accessKeys = new AccessKeys(vertx, pool);
        this.search = new SearchPart(vertx, connect);
        this.plans = new Plans(
                Map.of(
                        Dialect.WORKFLOWSVC, new WorkflowsvcCompiler(types, Limits.DEFAULT),
                        Dialect.CONDUCTOR,
                                new ConductorCompiler(
                                        ConductorLimits.DEFAULT,
                                        settings.dialects().emptyJoinWaits()),
                        Dialect.AGENTS, new AgentCompiler(Limits.DEFAULT)),
                MAX_PLANS);
        this.scriptEngine = new ScriptEngine(sandbox(settings.scripts()));
        this.quickScripts = new QuickScripts(scriptEngine, QuickScripts.BUDGET);
        this.scriptPool = new ScriptPool(scriptEngine, ScriptPool.Settings.DEFAULT);
        KafkaConnection kafka = KafkaConnection.to(settings.kafka().bootstrapServers());
        this.kafkaAdmin = new KafkaAdmin(vertx, kafka, KAFKA_LIMIT);
        this.topicCreator = new TopicCreator(kafkaAdmin, topics(), layout(settings.kafka()));
        this.publisher =
                EventPublisher.start(vertx, kafka, topicCreator, topics(), PublisherSettings.DEFAULT, registry);
        DeciderLimits deciding = DeciderLimits.DEFAULTS.with(
                settings.engine().redispatch(), settings.engine().lease());
        this.dueTasks = new DueTasks(workPool, SWEEP_LIMIT, deciding.maxDeliveries(), deciding.redispatchAfter());
        this.heardElsewhere = new HeardElsewhere(
                vertx, kafka, topics(), publisher.process(), queue -> wakePolls(queue.stored()), this::movedElsewhere);
        this.polls = new PollHub(vertx, workPool, Conductor.NAMESPACE, heardElsewhere::start, registry);
        this.conductor = new Conductor(vertx, pool, plans, polls, sealer, heardElsewhere::start);
        this.sweeper = new Sweeper(
                vertx,
                dueTasks,
                publisher,
                this::submit,
                ready -> conductor.performAgain(ready.runId(), ready.taskId()),
                conductor::wake,
                registry);
        this.announcer = new Announcer(vertx, publisher, workPool);
        AgentNews news = new AgentNews();
        Effects effects =
                new Effects(publisher, this::submit, sweeper::alarm, conductor.aftermath(), announcer, news, registry);
        EngineScripting scripting =
                new EngineScripting(quickScripts, scriptPool, settings.scripts().timeout());
        this.committer = new Committer(
                vertx,
                connect,
                limits(settings.engine(), deciding),
                plans,
                scripting,
                seal(),
                conductor,
                effects,
                registry);
        conductor.open(committer, this::submit);
        this.agents = new Agents(vertx, pool, plans, committer, sealer, news);
        this.agentRemovals =
                new AgentRemovals(vertx, new dev.continuo.store.Agents(pool), agents, AgentRemovals.PATIENCE);
    }

    /**
     * Migrates the schema and starts the engine. Blocks for as long as that takes; Kafka need not be there yet.
     *
     * @throws IOException when the master key cannot be read
     */
    public static Engine open(Vertx vertx, Settings settings, MeterRegistry registry) throws IOException {
        Keyring keys = Keyring.load(settings.masterKeyFile()
                .orElseThrow(() -> new IllegalStateException("The master key file is not configured")));
        Migrations.run(settings.postgres());
        Engine engine = new Engine(vertx, settings, registry, TaskTypes.discovered(), keys);
        engine.sweeper.start();
        engine.search.start();
        engine.announcer.start();
        engine.agentRemovals.start();
        engine.accessKeys.start();
        return engine;
    }

    private void movedElsewhere(UUID runId) {
        conductor.watchers().movedElsewhere(runId);
    }

    private void wakePolls(String queue) {
        polls.wake(queue);
    }

    private static PgConnectOptions connectOptions(Settings.Postgres postgres) {
        return new PgConnectOptions()
                .setHost(postgres.host())
                .setPort(postgres.port())
                .setUser(postgres.user())
                .setPassword(postgres.password())
                .setDatabase(postgres.database())
                .addProperty("application_name", "continuo")
                .addProperty("lock_timeout", "2000")
                .addProperty("statement_timeout", "15000")
                // A process that stops between a lock and its commit must not keep others from the run for long.
                .addProperty("idle_in_transaction_session_timeout", "10000")
                .addProperty("tcp_keepalives_idle", "30");
    }

    private static Pool pool(Vertx vertx, PgConnectOptions connect, int size) {
        return PgBuilder.pool()
                .with(new PoolOptions()
                        .setMaxSize(size)
                        .setMaxWaitQueueSize(10_000)
                        .setShared(false))
                .connectingTo(
                        new PgConnectOptions(connect).setPipeliningLimit(4).setCachePreparedStatements(true))
                .using(vertx)
                .build();
    }

    private static CommitterLimits limits(Settings.Engine engine, DeciderLimits deciding) {
        CommitterLimits defaults = CommitterLimits.DEFAULTS;
        return new CommitterLimits(
                engine.lanes(),
                engine.laneQueue(),
                defaults.queueBytes(),
                engine.batchMax(),
                defaults.batchBytes(),
                defaults.cacheBytes(),
                defaults.statement(),
                engine.lease(),
                defaults.scriptBudget(),
                deciding);
    }

    private static SandboxLimits sandbox(Settings.Scripts scripts) {
        SandboxLimits defaults = SandboxLimits.DEFAULT;
        return new SandboxLimits(
                defaults.maxSourceChars(),
                defaults.maxInputChars(),
                scripts.resultBytes(),
                defaults.maxTextChars(),
                defaults.maxArrayLength(),
                defaults.maxAllocatedBytes(),
                defaults.maxConsoleLines(),
                defaults.maxConsoleChars(),
                defaults.cachedScripts());
    }

    private static TopicLayout layout(Settings.Kafka kafka) {
        return new TopicLayout(
                kafka.partitions(),
                Math.min(kafka.partitions(), TopicLayout.DEFAULT.commandsPartitions()),
                Math.min(kafka.partitions(), TopicLayout.DEFAULT.lifecyclePartitions()),
                (short) kafka.replication());
    }

    private InputSeal seal() {
        return (namespace, task, own) -> types.find(task.label().type())
                .map(kind -> kind.encrypted().seal(task.input(), sealer, namespace, own))
                .orElse(task.input());
    }

    /** For commands that nobody waits for: when one is lost, the sweep finds its cause again. */
    private Future<Reply> submit(Command command) {
        return committer.submit(command).onFailure(failure -> {
            if (!(failure instanceof Overloaded) && !(failure instanceof StoreUnavailable)) {
                LOG.error("{} failed", command, failure);
            }
        });
    }

    public Settings settings() {
        return settings;
    }

    public MeterRegistry registry() {
        return registry;
    }

    public Vertx vertx() {
        return vertx;
    }

    public Topics topics() {
        return new Topics(settings.kafka().topicPrefix());
    }

    public TaskTypes types() {
        return types;
    }

    public Sealer sealer() {
        return sealer;
    }

    /** What the conductor dialect needs. */
    public Conductor conductor() {
        return conductor;
    }

    /** What the agents dialect needs. */
    public Agents agents() {
        return agents;
    }

    public AgentRemovals agentRemovals() {
        return agentRemovals;
    }

    /** For reads; the committer has connections of its own. */
    public Pool pool() {
        return pool;
    }

    /** The API keys of all namespaces. */
    public AccessKeys accessKeys() {
        return accessKeys;
    }

    /** Connections for somebody who must neither hold up others nor wait for them, and who closes them. */
    public Pool connections(int size) {
        return pool(vertx, connectOptions(settings.postgres()), size);
    }

    public ConductorSearch search() {
        return search.search();
    }

    public Plans plans() {
        return plans;
    }

    public Committer committer() {
        return committer;
    }

    public Claims claims() {
        return new Claims(workPool);
    }

    public TaskLogs logs() {
        return new TaskLogs(workPool);
    }

    public DueTasks dueTasks() {
        return dueTasks;
    }

    Sweeper sweeper() {
        return sweeper;
    }

    public ScriptPool scriptPool() {
        return scriptPool;
    }

    /** Makes the topics that are not there; completes when they are, however long Kafka takes to come up. */
    public Future<Void> ensureTopics() {
        return topicCreator.ensure().<Void>mapEmpty().recover(failure -> {
            LOG.warn("The topics cannot be made yet: {}", failure.getMessage());
            return vertx.timer(TOPICS_RETRY.toMillis(), TimeUnit.MILLISECONDS).compose(again -> ensureTopics());
        });
    }

    /** Takes commands from Kafka from now on, until the engine is closed. */
    public Future<Void> consumeCommands() {
        EngineCommands handler =
                new EngineCommands(vertx, committer, plans, new Definitions(pool, Dialect.WORKFLOWSVC), pool);
        commandsConsumer = Optional.of(new CommandsConsumer(
                vertx, kafka(), topics(), CommandsSettings.DEFAULT, handler, new DeadLetters(publisher)));
        return commandsConsumer.get().start();
    }

    public EventPublisher publisher() {
        return publisher;
    }

    public KafkaConnection kafka() {
        return KafkaConnection.to(settings.kafka().bootstrapServers());
    }

    public KafkaHealth kafkaHealth() {
        return new KafkaHealth(kafkaAdmin);
    }

    /** Finishes what waits in the lanes, sends what waits for Kafka, and lets go of everything. Blocks. */
    @Override
    public void close() {
        sweeper.close();
        announcer.close();
        agentRemovals.close();
        conductor.close();
        within("The wake-ups of other processes", heardElsewhere.close());
        within("The polls", polls.close());
        commandsConsumer.ifPresent(consumer -> within("The commands consumer", consumer.close()));
        committer.close();
        within("The event publisher", publisher.close());
        within("The use of API keys", accessKeys.close());
        within(
                "The connections",
                Future.join(pool.close(), workPool.close(), search.close()).mapEmpty());
        kafkaAdmin.close();
        quickScripts.close();
        scriptPool.close();
        scriptEngine.close();
    }

    private static void within(String what, Future<Void> closing) {
        try {
            closing.await(CLOSE_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            LOG.warn("{} did not close within {} ms", what, CLOSE_LIMIT.toMillis());
        }
    }
}
