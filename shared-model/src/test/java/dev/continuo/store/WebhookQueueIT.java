package dev.continuo.store;

import static dev.continuo.store.StoreFixture.await;
import static dev.continuo.store.WebhookFixture.message;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.store.WebhookDeliveries.Delivery;
import dev.continuo.store.WebhookDeliveries.Redelivery;
import dev.continuo.store.WebhookQueue.HostKey;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.DeliveryState;
import dev.continuo.webhook.Message;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BackendsExtension.class)
class WebhookQueueIT {
    private static final String URL = "https://example.com/hook";
    private static final Duration HOUR = Duration.ofHours(1);
    private static final UUID FIRST = new UUID(0, 0);

    private StoreFixture store;
    private WebhookFixture hooks;
    private WebhookDeliveries deliveries;

    @BeforeEach
    void open(Backends backends) {
        store = new StoreFixture(backends);
        hooks = new WebhookFixture(store.pool);
        deliveries = new WebhookDeliveries(store.pool);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static Attempted.Failed failed() {
        return new Attempted.Failed(OptionalInt.of(500), "HTTP 500", Optional.empty());
    }

    private int look() {
        return await(hooks.queue.look(FIRST, 1000)).woken();
    }

    private List<String> states(UUID runId) {
        return await(deliveries.list(runId, 100)).stream()
                .map(delivery -> delivery.number() + " " + delivery.state().word())
                .toList();
    }

    private Message made(CallbackClaim claim, int version, boolean ended) {
        Message message = message(version, ended);
        assertThat(await(hooks.queue.make(claim, message))).isPresent();
        return message;
    }

    private CallbackClaim moved(UUID runId, int version) {
        hooks.move(runId, version);
        await(hooks.queue.hint(List.of(runId)));
        return hooks.claimOne(runId);
    }

    @Test
    void aRunThatMovedIsFoundWithoutAHintAndClaimedOnce() {
        UUID runId = hooks.run("ns", URL);

        assertThat(look()).isEqualTo(1);
        CallbackClaim claim = hooks.claimOne(runId);
        assertThat(hooks.claim()).isEmpty();
        assertThat(await(hooks.queue.rest(claim, 0))).isTrue();
        assertThat(look()).isZero();

        hooks.move(runId, 1);
        assertThat(look()).isEqualTo(1);
    }

    @Test
    void aChangeDuringAClaimIsSeenBehindIt() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message message = made(claim, 1, false);
        hooks.move(runId, 2);

        await(hooks.queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));

        assertThat(hooks.claimOne(runId).current()).isEmpty();
    }

    @Test
    void aHintDuringAClaimIsNotLostThoughTheRunHasNotMoved() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message message = made(claim, 1, false);
        await(hooks.queue.hint(List.of(runId)));

        await(hooks.queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));

        CallbackClaim again = hooks.claimOne(runId);
        await(hooks.queue.rest(again, 1));
        assertThat(hooks.claim()).isEmpty();
    }

    @Test
    void whatWasWrittenUnderALostClaimIsRefused() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim lost = moved(runId, 1);
        Message message = made(lost, 1, false);
        hooks.endClaim(runId);
        CallbackClaim current = hooks.claimOne(runId);

        assertThat(current.current()).contains(message.id());
        assertThat(await(hooks.queue.attempted(lost, message.id(), new Attempted.Gone(), Optional.empty())))
                .isFalse();
        assertThat(await(hooks.queue.attempted(lost, message.id(), failed(), Optional.empty())))
                .isFalse();
        assertThat(await(hooks.queue.make(lost, message(2, true)))).isEmpty();
        assertThat(await(hooks.queue.postpone(lost, HOUR))).isFalse();
        assertThat(await(hooks.queue.rest(lost, 9))).isFalse();

        assertThat(states(runId)).containsExactly("1 pending");
        assertThat(await(hooks.queue.attempted(current, message.id(), new Attempted.Taken(200), Optional.empty())))
                .isTrue();
        assertThat(states(runId)).containsExactly("1 delivered");
    }

    @Test
    void aFailedMessageWaitsAndANewOneTakesItsPlace() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message first = made(claim, 1, false);
        await(hooks.queue.attempted(claim, first.id(), failed(), Optional.of(HOUR)));

        hooks.move(runId, 2);
        await(hooks.queue.hint(List.of(runId)));
        assertThat(hooks.claim())
                .as("the receiver is left alone until the next attempt")
                .isEmpty();

        hooks.makeDue(runId);
        CallbackClaim again = hooks.claimOne(runId);
        assertThat(again.current()).contains(first.id());
        assertThat(again.failures()).isEqualTo(1);
        assertThat(again.failingFor()).isPositive();
        made(again, 2, false);
        assertThat(states(runId)).containsExactly("2 pending", "1 merged");
    }

    @Test
    void theFinalMessageDoesNotWaitForTheRetryOfAnEarlierOneUnlessTheReceiverAskedForIt() {
        UUID patient = hooks.run("ns", URL);
        UUID asked = hooks.run("ns", URL);
        for (UUID runId : List.of(patient, asked)) {
            CallbackClaim claim = moved(runId, 1);
            Message first = made(claim, 1, false);
            Optional<Duration> notBefore = runId.equals(asked) ? Optional.of(HOUR) : Optional.empty();
            await(hooks.queue.attempted(
                    claim,
                    first.id(),
                    new Attempted.Failed(OptionalInt.of(503), "HTTP 503", notBefore),
                    Optional.of(Duration.ofMinutes(30))));
            hooks.end(runId, 2);
        }

        assertThat(look()).isEqualTo(1);
        assertThat(hooks.claim()).extracting(CallbackClaim::runId).containsExactly(patient);
        await(hooks.queue.hint(List.of(asked)));
        assertThat(hooks.claim()).isEmpty();
    }

    @Test
    void theFinalMessageBeginsTheScheduleAnewAndIsTheLast() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        await(hooks.queue.attempted(claim, made(claim, 1, false).id(), failed(), Optional.of(Duration.ZERO)));
        hooks.end(runId, 2);
        CallbackClaim last = hooks.claimOne(runId);
        Message message = made(last, 2, true);
        await(hooks.queue.attempted(last, message.id(), failed(), Optional.of(Duration.ZERO)));

        CallbackClaim again = hooks.claimOne(runId);
        assertThat(again.failures()).isEqualTo(1);
        assertThat(again.open()).isFalse();
        assertThat(await(hooks.queue.find(runId, message.id())).orElseThrow().isFinal())
                .isTrue();
        await(hooks.queue.attempted(again, message.id(), new Attempted.Taken(204), Optional.empty()));

        hooks.move(runId, 3);
        await(hooks.queue.hint(List.of(runId)));
        assertThat(look()).isZero();
        assertThat(hooks.claim()).isEmpty();
    }

    @Test
    void aMessageThatIsGivenUpMakesRoomForNews() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        await(hooks.queue.attempted(claim, made(claim, 1, false).id(), failed(), Optional.empty()));
        assertThat(states(runId)).containsExactly("1 failed");
        assertThat(hooks.claim()).isEmpty();

        assertThat(moved(runId, 2).current()).isEmpty();
    }

    @Test
    void nothingIsSentAnyMoreOnceTheReceiverIsGone() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        await(hooks.queue.attempted(claim, made(claim, 1, false).id(), new Attempted.Gone(), Optional.empty()));

        hooks.end(runId, 2);
        await(hooks.queue.hint(List.of(runId)));
        assertThat(look()).isZero();
        assertThat(hooks.claim()).isEmpty();
        assertThat(states(runId)).containsExactly("1 gone");
        assertThat(await(deliveries.list(runId, 1)).getFirst().lastStatus()).hasValue(410);
    }

    @Test
    void namespacesTakeTurnsAndFullOnesAreLeftOut() {
        for (int i = 0; i < 20; i++) {
            hooks.run("busy", "https://h" + i % 2 + ".example.com/");
        }
        hooks.run("quiet", URL);
        hooks.run("calm", URL);
        look();

        WebhookQueue.Room three = new WebhookQueue.Room(3, 4, 2, HOUR);
        assertThat(await(hooks.queue.claim(three, Map.of())))
                .extracting(CallbackClaim::namespace)
                .containsExactlyInAnyOrder("busy", "quiet", "calm");

        WebhookQueue.Room room = new WebhookQueue.Room(100, 4, 2, HOUR);
        Map<HostKey, Integer> flying = Map.of(new HostKey("busy", "h0.example.com:443"), 2);
        assertThat(await(hooks.queue.claim(room, flying)))
                .extracting(CallbackClaim::host)
                .containsExactly("h1.example.com:443", "h1.example.com:443");
        Map<HostKey, Integer> full =
                Map.of(new HostKey("busy", "h0.example.com:443"), 2, new HostKey("busy", "h1.example.com:443"), 2);
        assertThat(await(hooks.queue.claim(room, full))).isEmpty();
    }

    @Test
    void processesThatClaimAtOnceGetDifferentRuns() {
        for (int i = 0; i < 40; i++) {
            hooks.run("ns" + i % 3, URL);
        }
        look();
        WebhookQueue.Room room = new WebhookQueue.Room(10, 100, 100, HOUR);

        List<UUID> claimed = new ArrayList<>();
        for (int round = 0; round < 20 && claimed.size() < 40; round++) {
            var claims = List.of(
                    hooks.queue.claim(room, Map.of()),
                    hooks.queue.claim(room, Map.of()),
                    hooks.queue.claim(room, Map.of()));
            claims.forEach(some -> await(some).forEach(claim -> claimed.add(claim.runId())));
        }
        assertThat(claimed).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void theLogKeepsTheLatestMessagesAndTheBodiesThatAreNotTooMuch() {
        UUID runId = hooks.run("ns", URL);
        String large = "x".repeat(WebhookQueue.MOST_BYTES / 4);
        for (int i = 1; i <= WebhookQueue.MOST_MESSAGES + 5; i++) {
            CallbackClaim claim = moved(runId, i);
            Message message = i > WebhookQueue.MOST_MESSAGES
                    ? new Message("msg_" + runId + i, i, false, new Message.Body(large))
                    : message(i, false);
            await(hooks.queue.make(claim, message));
            await(hooks.queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));
        }

        List<Delivery> kept = await(deliveries.list(runId, 1000));
        assertThat(kept).hasSize(WebhookQueue.MOST_MESSAGES);
        assertThat(kept.getFirst().number()).isEqualTo(WebhookQueue.MOST_MESSAGES + 5);
        assertThat(kept.stream().filter(Delivery::kept).map(Delivery::number)).containsExactly(105, 104, 103, 102);
        assertThat(await(deliveries.redeliver(runId, kept.getLast().id()))).isEqualTo(Redelivery.BODY_GONE);
    }

    @Test
    void aRedeliveryGoesFirstAndLeavesWhatWaitsAsItWas() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message first = made(claim, 1, false);
        await(hooks.queue.attempted(claim, first.id(), new Attempted.Taken(200), Optional.empty()));
        CallbackClaim second = moved(runId, 2);
        Message waiting = made(second, 2, false);
        assertThat(await(deliveries.redeliver(runId, first.id()))).isEqualTo(Redelivery.BUSY);
        await(hooks.queue.attempted(second, waiting.id(), failed(), Optional.of(HOUR)));

        assertThat(await(deliveries.redeliver(runId, "msg_none"))).isEqualTo(Redelivery.UNKNOWN);
        assertThat(await(deliveries.redeliver(UUID.randomUUID(), first.id()))).isEqualTo(Redelivery.UNKNOWN);
        assertThat(await(deliveries.redeliver(runId, first.id()))).isEqualTo(Redelivery.ACCEPTED);
        assertThat(await(deliveries.redeliver(runId, first.id()))).isEqualTo(Redelivery.BUSY);
        CallbackClaim again = hooks.claimOne(runId);
        assertThat(again.redeliver()).contains(first.id());
        await(hooks.queue.redelivered(again, first.id(), failed()));

        assertThat(hooks.claim()).isEmpty();
        List<Delivery> log = await(deliveries.list(runId, 10));
        assertThat(log).extracting(Delivery::id).containsExactly(waiting.id(), first.id());
        assertThat(log).extracting(Delivery::attempts).containsExactly(1, 2);
        assertThat(log.get(1).state()).isEqualTo(new DeliveryState.Delivered());
        assertThat(log.get(0).state())
                .isInstanceOfSatisfying(DeliveryState.Pending.class, pending -> assertThat(pending.nextAttempt())
                        .isPresent());

        await(deliveries.redeliver(runId, waiting.id()));
        CallbackClaim early = hooks.claimOne(runId);
        await(hooks.queue.redelivered(early, waiting.id(), new Attempted.Taken(200)));
        assertThat(states(runId)).containsExactly("2 delivered", "1 delivered");
        assertThat(hooks.claim()).isEmpty();
    }

    @Test
    void aCallbackWhoseRunNeverCameIsDroppedAfterAnHour() {
        UUID young = UUID.randomUUID();
        UUID old = UUID.randomUUID();
        UUID alive = hooks.run("ns", URL);
        await(hooks.webhooks.register(young, "ns", URL));
        await(hooks.webhooks.register(old, "ns", URL));
        await(hooks.webhooks.register(old, "ns", "https://example.com/other"));
        await(store.pool
                .preparedQuery("UPDATE webhook SET created_at = now() - interval '61 min' WHERE run_id = ANY($1)")
                .execute(Tuple.tuple().addArrayOfUUID(new UUID[] {old, alive})));

        look();

        assertThat(remaining()).containsExactlyInAnyOrder(young, alive);
        await(hooks.remove(List.of(young, alive)));
        assertThat(remaining()).isEmpty();
    }

    private List<UUID> remaining() {
        return await(store.pool.query("SELECT run_id FROM webhook").execute()).stream()
                .map(row -> row.getUUID(0))
                .collect(Collectors.toList());
    }

    @Test
    void theAgeOfTheOldestMessageCountsUntilItIsDelivered() {
        UUID runId = hooks.run("ns", URL);
        assertThat(await(hooks.queue.oldest())).isZero();
        CallbackClaim claim = moved(runId, 1);
        Message message = made(claim, 1, false);
        await(store.pool
                .query("UPDATE webhook_delivery SET created_at = now() - interval '90 s'")
                .execute());
        assertThat(await(hooks.queue.oldest())).isGreaterThanOrEqualTo(Duration.ofSeconds(90));

        await(hooks.queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));
        assertThat(await(hooks.queue.oldest())).isZero();
    }

    @Test
    void aFailureIsWrittenDownWhateverTheReceiverPutIntoIt() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message message = made(claim, 1, true);

        await(hooks.queue.attempted(
                claim,
                message.id(),
                Attempted.unanswered("the response is not valid HTTP: 2\0 0\n"),
                Optional.of(HOUR)));

        assertThat(await(deliveries.list(runId, 1)).getFirst().lastError())
                .hasValue("the response is not valid HTTP: 2  0 ");
    }

    @Test
    void aMessageThatIsBeingWrittenWhileItsRunIsRemovedGoesWithIt() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        await(store.pool
                .withTransaction(maker -> maker.preparedQuery("UPDATE webhook SET number = 1 WHERE run_id = $1")
                        .execute(Tuple.of(runId))
                        .compose(locked -> maker.preparedQuery("""
                                INSERT INTO webhook_delivery (id, run_id, number, body, bytes, final, state, created_at)
                                VALUES ('msg', $1, 1, '{}', 2, false, 0, now())""").execute(Tuple.of(runId)))
                        .map(made -> {
                            Future<Void> removed = hooks.remove(List.of(runId));
                            return (Supplier<Future<Void>>) () -> removed;
                        })
                        .compose(removal -> waitsForALock().map(removal)))
                .compose(Supplier::get));

        assertThat(await(deliveries(runId))).isZero();
        assertThat(await(hooks.queue.make(claim, message(2, true)))).isEmpty();
    }

    private Future<Long> deliveries(UUID runId) {
        return store.pool
                .preparedQuery("SELECT count(*) FROM webhook_delivery WHERE run_id = $1")
                .execute(Tuple.of(runId))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private Future<Void> waitsForALock() {
        return store.pool
                .query(
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%webhook%'")
                .execute()
                .compose(rows -> rows.iterator().next().getLong(0) > 0 ? Future.succeededFuture() : waitsForALock());
    }

    @Test
    void whatWasGivenBackWaitsThoughTheRunHasEnded() {
        UUID runId = hooks.run("ns", URL);
        CallbackClaim claim = moved(runId, 1);
        Message message = made(claim, 1, false);
        hooks.end(runId, 2);
        await(hooks.queue.postpone(claim, HOUR));
        assertThat(look()).isZero();

        hooks.makeDue(runId);
        await(hooks.queue.attempted(hooks.claimOne(runId), message.id(), failed(), Optional.of(HOUR)));
        assertThat(look()).isEqualTo(1);
        assertThat(hooks.claimOne(runId).current()).hasValue(message.id());
    }

    @Test
    void aCallbackBehindThousandsToAHostThatHangsIsFoundNowAndThen() {
        UUID behind = hooks.run("ns", "https://good.example/hook");
        await(store.pool.query("""
                        INSERT INTO webhook (run_id, namespace, url, host, created_at, due_at)
                        SELECT gen_random_uuid(), 'ns', 'https://hangs.example/', 'hangs.example:443', now(),
                               now() - interval '1 minute'
                          FROM generate_series(1, 2500)""").execute());
        hooks.makeDue(behind);
        WebhookQueue.Room room = new WebhookQueue.Room(64, 8, 4, Duration.ofMinutes(1));
        Map<HostKey, Integer> flying = Map.of(new HostKey("ns", "hangs.example:443"), 4);

        assertThat(await(hooks.queue.claim(room, flying))).isEmpty();
        assertThat(await(hooks.queue.claim(room, flying, WebhookQueue.Depth.WHOLE)))
                .extracting(CallbackClaim::runId)
                .containsExactly(behind);
    }
}
