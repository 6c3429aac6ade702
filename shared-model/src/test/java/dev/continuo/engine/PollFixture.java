package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.TestPlan;
import dev.continuo.model.QueueName;
import dev.continuo.model.TaskStatus;
import dev.continuo.secret.Keyring;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.PolledTask;
import dev.continuo.store.Reply;
import dev.continuo.testing.Backends;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Processes on one database and one Kafka, and workers who poll them. */
final class PollFixture implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final Duration LONG = Duration.ofSeconds(30);

    private final List<Vertx> vertxes = new ArrayList<>();
    private final List<Engine> engines = new ArrayList<>();

    PollFixture(Backends backends, Path directory, String prefix, int processes) throws IOException {
        Path key = Files.writeString(directory.resolve("key"), Keyring.generate());
        Settings settings = new Settings(
                Settings.Postgres.parse(backends.pgUri()).orElseThrow(),
                new Settings.Kafka(backends.kafkaBootstrap(), backends.topicPrefix() + prefix + ".", 2, 1),
                new Settings.Http("127.0.0.1", 0, 1 << 20, 1, 100),
                new Settings.Engine(1, 5_000, 200, Duration.ofSeconds(30), Duration.ofSeconds(30)),
                new Settings.Worker(1, 16, 1 << 20, Set.of()),
                new Settings.Scripts(Duration.ofSeconds(5), 1 << 20),
                Settings.Dialects.DEFAULT,
                Optional.of(key));
        for (int i = 0; i < processes; i++) {
            Vertx vertx = Vertx.vertx();
            vertxes.add(vertx);
            engines.add(Engine.open(vertx, settings, new SimpleMeterRegistry()));
        }
        await(engines.getFirst().ensureTopics());
    }

    Engine engine(int process) {
        return engines.get(process);
    }

    PollHub polls(int process) {
        return engine(process).conductor().polls();
    }

    /** A run whose tasks of these names are ready at once, next to each other. */
    UUID start(int process, int priority, String... names) {
        return start(process, priority, JsonNodeFactory.instance.objectNode(), names);
    }

    UUID start(int process, int priority, ObjectNode taskToDomain, String... names) {
        String branches = Stream.of(names)
                .map(name -> "[{\"name\":\"" + name + "\",\"taskReferenceName\":\"" + UUID.randomUUID()
                        + "\",\"type\":\"SIMPLE\"}]")
                .collect(Collectors.joining(","));
        String document = """
                {"name": "w", "version": 1, "ownerEmail": "a@b.example", "timeoutSeconds": 0, "tasks": [
                  {"name": "f", "taskReferenceName": "f", "type": "FORK_JOIN", "forkTasks": [%s]},
                  {"name": "j", "taskReferenceName": "j", "type": "JOIN"}]}
                """.formatted(branches);
        StartSpec spec = new StartSpec(
                Conductor.NAMESPACE,
                "w",
                Optional.of(1),
                Optional.of((ObjectNode) TestPlan.json(document)),
                JsonNodeFactory.instance.objectNode(),
                Optional.of("order"),
                priority,
                taskToDomain,
                Optional.empty(),
                IdempotencyStrategy.FAIL,
                JsonNodeFactory.instance.objectNode(),
                "tester",
                StartSpec.Identity.NEW);
        StartResult result = await(engine(process).conductor().runs().start(spec));
        if (result instanceof StartResult.Started started) {
            return started.runId();
        }
        throw new AssertionError(result.toString());
    }

    void define(int process, String name, String more) {
        String document = "{\"name\":\"" + name + "\",\"ownerEmail\":\"a@b.example\",\"retryCount\":0," + more + "}";
        await(new ConductorTaskDefs(engine(process).pool())
                .upsert(
                        Conductor.NAMESPACE,
                        List.of(new ConductorTaskDefs.Draft(name, (ObjectNode) TestPlan.json(document))),
                        "tester"));
        engine(process).conductor().definitionsChanged();
    }

    List<PolledTask> poll(int process, String name, int count, Duration timeout) {
        return await(polls(process).poll(QueueName.of(name), Optional.of("me"), count, timeout));
    }

    Future<Reply> update(int process, PolledTask task, TaskStatus status) {
        return engine(process)
                .committer()
                .submit(new Command.Update(
                        task.runId(),
                        task.task().id(),
                        status,
                        JsonNodeFactory.instance.objectNode(),
                        Optional.empty(),
                        Duration.ZERO,
                        false,
                        JsonNodeFactory.instance.objectNode(),
                        List.of(),
                        "me"));
    }

    Row row(String sql, Object... arguments) {
        return await(engine(0).pool().preparedQuery(sql).execute(Tuple.wrap(List.of(arguments))))
                .iterator()
                .next();
    }

    double count(int process, String counter) {
        return engine(process).registry().get(counter).counter().count();
    }

    static <T> T await(Future<T> future) {
        try {
            return future.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("No answer within " + LIMIT, e);
        }
    }

    @Override
    public void close() {
        engines.forEach(Engine::close);
        vertxes.forEach(vertx -> await(vertx.close()));
    }
}
