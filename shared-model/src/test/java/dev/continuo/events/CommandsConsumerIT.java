package dev.continuo.events;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class CommandsConsumerIT {
    private static final CommandsSettings SETTINGS =
            new CommandsSettings(8, 100, Duration.ofMillis(5), Duration.ofMillis(20), 3, Duration.ofMillis(20));

    private final Vertx vertx = Vertx.vertx();
    private final KafkaConnection kafka;
    private final KafkaAdmin admin;
    private final KafkaProbe probe;
    private final Topics topics;
    private final EventPublisher publisher;
    private final List<CommandsConsumer> consumers = new ArrayList<>();
    private final Queue<EngineCommand> handled = new ConcurrentLinkedQueue<>();

    CommandsConsumerIT(Backends backends, TestInfo test) {
        kafka = KafkaConnection.to(backends.kafkaBootstrap());
        probe = new KafkaProbe(backends.kafkaBootstrap());
        admin = new KafkaAdmin(vertx, kafka, Duration.ofSeconds(20));
        topics = new Topics(
                backends.topicPrefix() + test.getTestMethod().orElseThrow().getName() + ".");
        TopicCreator creator = new TopicCreator(admin, topics, TopicLayout.DEFAULT);
        creator.ensure().await();
        publisher = EventPublisher.start(
                vertx, kafka, creator, topics, PublisherSettings.DEFAULT, new SimpleMeterRegistry());
    }

    @AfterEach
    void close() {
        consumers.forEach(consumer -> consumer.close().await());
        publisher.close().await();
        probe.close();
        admin.close().await();
        vertx.close().await();
    }

    @Test
    void commandsAreHandledAndCommitted() throws Exception {
        consume(this::done);
        List<Event> commands = Samples.all().stream()
                .filter(event -> event instanceof EngineCommand && !(event instanceof StartRun))
                .toList();
        for (Event command : commands) {
            probe.send(topics.commands(), command);
        }

        awaitHandled(commands.size());
        assertThat(List.<Event>copyOf(handled)).isEqualTo(commands);
        awaitCommitted(commands.size());
    }

    @Test
    void commandsOfOneRunAreHandledInOrderAlsoWhenOneIsTriedAgain() throws Exception {
        UUID run = UUID.randomUUID();
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Map<String, Integer> tries = new ConcurrentHashMap<>();
        consume(command -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            String reason = ((FailTask) command).reason();
            Promise<Handled> later = Promise.promise();
            vertx.setTimer(1, timer -> {
                underWay.decrementAndGet();
                if (reason.endsWith("7") && tries.merge(reason, 1, Integer::sum) < 3) {
                    later.complete(Handled.retry());
                } else {
                    handled.add(command);
                    later.complete(Handled.done());
                }
            });
            return later.future();
        });
        for (int i = 0; i < 50; i++) {
            probe.send(topics.commands(), Samples.fail(run, "reason " + i));
        }

        awaitHandled(50);
        assertThat(reasons())
                .isEqualTo(IntStream.range(0, 50).mapToObj(i -> "reason " + i).toList());
        assertThat(most).hasValue(1);
        awaitCommitted(50);
    }

    @Test
    void runsAreHandledSideBySideUpToTheLimit() throws Exception {
        Queue<Promise<Handled>> open = new ConcurrentLinkedQueue<>();
        consume(command -> {
            Promise<Handled> promise = Promise.promise();
            open.add(promise);
            handled.add(command);
            return promise.future();
        });
        for (int i = 0; i < 300; i++) {
            probe.send(topics.commands(), Samples.fail(UUID.randomUUID(), "reason " + i));
        }

        awaitHandled(SETTINGS.concurrency());
        while (handled.size() < 300 || !open.isEmpty()) {
            assertThat(open).hasSizeLessThanOrEqualTo(SETTINGS.concurrency());
            Promise<Handled> next = Await.value("more work", KafkaProbe.LIMIT, () -> Optional.ofNullable(open.poll()));
            vertx.runOnContext(nothing -> next.complete(Handled.done()));
        }
        awaitCommitted(300);
    }

    @Test
    void poisonGoesAsideWithItsReasonAndThePartitionMovesOn() throws Exception {
        consume(command -> {
            handled.add(command);
            return Future.succeededFuture(
                    ((FailTask) command).reason().equals("refuse")
                            ? Handled.refused("There is no such run")
                            : Handled.done());
        });
        String type = EventType.FAIL_TASK.ceType();
        probe.send(topics.commands(), "k", "not json".getBytes(UTF_8), KafkaProbe.headers("ce_type", type));
        probe.send(topics.commands(), "k", "{}".getBytes(UTF_8), KafkaProbe.headers("ce_type", "no.such.type"));
        probe.send(topics.commands(), "k", "{}".getBytes(UTF_8), KafkaProbe.headers("own", "kept"));
        probe.send(topics.commands(), "k", null, KafkaProbe.headers("ce_type", type));
        probe.send(topics.commands(), Samples.queued(UUID.randomUUID()));
        probe.send(topics.commands(), Samples.fail(Samples.RUN, "refuse"));
        probe.send(topics.commands(), Samples.fail(Samples.RUN, "accept"));

        List<ConsumerRecord<byte[], byte[]>> dead = probe.read(Topics.dead(topics.commands()), 6);
        assertThat(dead.stream().map(letter -> KafkaProbe.header(letter, DeadLetters.REASON)))
                .containsExactlyInAnyOrder(
                        "The value is not JSON, or too deep: line 1, column 1",
                        "The event type `no.such.type` is not known",
                        "There is no header ce_type",
                        "There is no value",
                        "A dev.continuo.task.queued.v1 is not a command",
                        "There is no such run");
        ConsumerRecord<byte[], byte[]> kept = dead.stream()
                .filter(letter -> KafkaProbe.header(letter, "own").equals("kept"))
                .findFirst()
                .orElseThrow();
        assertThat(new String(kept.value(), UTF_8)).isEqualTo("{}");
        assertThat(new String(kept.key(), UTF_8)).isEqualTo("k");
        assertThat(KafkaProbe.header(kept, DeadLetters.TOPIC)).isEqualTo(topics.commands());
        assertThat(KafkaProbe.header(kept, DeadLetters.PARTITION)).matches("[0-9]+");
        assertThat(KafkaProbe.header(kept, DeadLetters.OFFSET)).isEqualTo("2");
        awaitHandled(2);
        assertThat(reasons()).containsExactly("refuse", "accept");
        awaitCommitted(7);
    }

    @Test
    void aValueTooLargeToBeKeptStillLetsThePartitionMoveOn() throws Exception {
        consume(this::done);
        byte[] large = new byte[1_048_400];
        probe.send(topics.commands(), "k", large, KafkaProbe.headers("ce_type", "x"));

        ConsumerRecord<byte[], byte[]> letter =
                probe.read(Topics.dead(topics.commands()), 1).get(0);
        assertThat(KafkaProbe.header(letter, DeadLetters.VALUE_DROPPED)).isEqualTo("true");
        assertThat(letter.value()).isEmpty();
        awaitCommitted(1);
    }

    @Test
    void aHandlerThatKeepsFailingGivesTheCommandUp() throws Exception {
        consume(command -> {
            handled.add(command);
            throw new IllegalStateException("a bug");
        });
        probe.send(topics.commands(), Samples.fail(Samples.RUN, "x"));

        ConsumerRecord<byte[], byte[]> letter =
                probe.read(Topics.dead(topics.commands()), 1).get(0);
        assertThat(KafkaProbe.header(letter, DeadLetters.REASON)).isEqualTo("The handler failed 3 times");
        assertThat(handled).hasSize(3);
        awaitCommitted(1);
    }

    @Test
    void twoCopiesOfAStartCarryTheSameIdempotencyKey() throws Exception {
        consume(this::done);
        StartRun start = Samples.start(Optional.empty());
        for (String id : List.of("1", "1", "2")) {
            probe.send(
                    topics.commands(),
                    "k",
                    EventCodec.encode(start),
                    KafkaProbe.headers("ce_type", start.eventType().ceType(), "ce_id", id, "ce_source", "/shop"));
        }

        awaitHandled(3);
        List<String> keys = handled.stream()
                .map(command -> ((StartRun) command).idempotencyKey().orElseThrow())
                .toList();
        assertThat(keys.get(1)).isEqualTo(keys.get(0));
        assertThat(keys.get(2)).isNotEqualTo(keys.get(0));
    }

    @Test
    void aStartWithoutAnythingThatTellsCopiesApartIsRefused() throws Exception {
        consume(this::done);
        StartRun start = Samples.start(Optional.empty());
        probe.send(
                topics.commands(),
                "k",
                EventCodec.encode(start),
                KafkaProbe.headers("ce_type", start.eventType().ceType()));

        assertThat(KafkaProbe.header(
                        probe.read(Topics.dead(topics.commands()), 1).get(0), DeadLetters.REASON))
                .contains("idempotencyKey");
    }

    @Test
    void whatIsNotDoneWhenTheConsumerEndsComesAgainAndWhatIsDoneDoesNot() throws Exception {
        Promise<Handled> never = Promise.promise();
        CommandsConsumer first = consume(command -> {
            handled.add(command);
            return ((FailTask) command).reason().equals("hangs") ? never.future() : done();
        });
        UUID run = UUID.randomUUID();
        probe.send(topics.commands(), Samples.fail(run, "before"));
        probe.send(topics.commands(), Samples.fail(run, "hangs"));
        awaitHandled(2);
        awaitCommitted(1);
        first.close().await();
        consumers.remove(first);
        handled.clear();

        consume(this::done);
        awaitHandled(1);
        assertThat(reasons()).containsExactly("hangs");
        awaitCommitted(2);
    }

    @Test
    void twoConsumersShareTheWorkAndALeaverHandsItOver() throws Exception {
        CommandsConsumer first = consume(this::done);
        consume(this::done);
        for (int i = 0; i < 100; i++) {
            probe.send(topics.commands(), Samples.fail(UUID.randomUUID(), "reason " + i));
        }
        awaitCommitted(100);
        first.close().await();
        consumers.remove(first);
        for (int i = 100; i < 200; i++) {
            probe.send(topics.commands(), Samples.fail(UUID.randomUUID(), "reason " + i));
        }

        awaitCommitted(200);
        assertThat(reasons())
                .containsAll(
                        IntStream.range(0, 200).mapToObj(i -> "reason " + i).toList());
    }

    private CommandsConsumer consume(CommandHandler handler) {
        CommandsConsumer consumer =
                new CommandsConsumer(vertx, kafka, topics, SETTINGS, handler, new DeadLetters(publisher));
        consumers.add(consumer);
        consumer.start().await();
        return consumer;
    }

    private Future<Handled> done(EngineCommand command) {
        handled.add(command);
        return done();
    }

    private static Future<Handled> done() {
        return Future.succeededFuture(Handled.done());
    }

    private List<String> reasons() {
        return handled.stream().map(command -> ((FailTask) command).reason()).toList();
    }

    private void awaitHandled(int count) {
        Await.until(count + " commands are handled", KafkaProbe.LIMIT, () -> handled.size() >= count);
    }

    private void awaitCommitted(long count) {
        Await.until(
                count + " commands are committed",
                KafkaProbe.LIMIT,
                () -> probe.committed(topics.engineGroup()) == count);
    }
}
