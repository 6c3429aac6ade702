package dev.continuo.worker.webhook;

import static dev.continuo.worker.webhook.SenderFixture.await;
import static dev.continuo.worker.webhook.SenderFixture.settings;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.store.CallbackClaim;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.store.WebhookDeliveries.Delivery;
import dev.continuo.store.WebhookDeliveries.Redelivery;
import dev.continuo.store.WebhookSecrets;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.webhook.Message;
import dev.continuo.webhook.RetrySchedule;
import dev.continuo.webhook.TaskDocuments.Document;
import dev.continuo.worker.webhook.Receiver.Got;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Callbacks from a real database to real receivers. */
@ExtendWith(BackendsExtension.class)
class WebhookSenderIT {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String NAMESPACE = "ns";

    private SenderFixture hooks;

    @BeforeEach
    void open(Backends backends) {
        hooks = new SenderFixture(backends);
    }

    @AfterEach
    void close() {
        hooks.close();
    }

    private void untilStates(UUID runId, String... newestFirst) {
        Await.untilAsserted("the log is as expected", LIMIT, () -> assertThat(hooks.log(runId))
                .extracting(delivery -> delivery.state().word())
                .containsExactly(newestFirst));
    }

    @Test
    void everyTaskIsToldInOrderThoughSeveralProcessesSend() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        hooks.sender(settings());
        hooks.sender(settings());
        List<UUID> runs = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            runs.add(hooks.run("ns" + i % 3, receiver.url()));
        }
        for (int i = 0; i < 8; i++) {
            runs.forEach(hooks::move);
        }
        runs.forEach(hooks::end);

        for (UUID run : runs) {
            Await.until("the end of " + run + " is told", LIMIT, () -> receiver.of(run.toString()).stream()
                    .anyMatch(Got::last));
            List<Got> got = receiver.of(run.toString());
            assertThat(got).extracting(Got::version).isSorted().doesNotHaveDuplicates();
            assertThat(got).extracting(one -> Integer.valueOf(one.number())).isSorted();
            assertThat(got.getLast().version()).isEqualTo(9);
        }
    }

    @Test
    void aSlowReceiverGetsWhatIsLatestAndTheEndAlways() {
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> held.add(request));
        hooks.sender(settings());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        Await.until("the first message is there", LIMIT, () -> receiver.got.size() == 1);
        for (int i = 0; i < 10; i++) {
            hooks.move(run);
        }
        held.remove().response().end();
        Await.until("the second message is there", LIMIT, () -> receiver.got.size() == 2);
        hooks.move(run);
        hooks.end(run);
        held.remove().response().end();
        Await.until("the last message is there", LIMIT, () -> receiver.got.size() == 3);
        held.remove().response().end();

        untilStates(run, "delivered", "delivered", "delivered");
        assertThat(receiver.got).extracting(Got::version).containsExactly(0, 10, 12);
        assertThat(receiver.got.getLast().last()).isTrue();
    }

    @Test
    void aRetryIsTheSameMessageWithATimeAndSignatureOfItsOwn() {
        AtomicInteger asked = new AtomicInteger();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> request.response()
                .setStatusCode(asked.incrementAndGet() < 4 ? 500 : 204)
                .end());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.end(run, "{\"text\":\"café\"}");
        hooks.sender(settings());

        untilStates(run, "delivered");
        assertThat(receiver.got).hasSize(4);
        assertThat(receiver.got)
                .extracting(Got::id)
                .containsOnly(receiver.got.getFirst().id());
        assertThat(receiver.got)
                .extracting(Got::text)
                .containsOnly(receiver.got.getFirst().text());
        assertThat(receiver.got.getFirst().id()).startsWith("msg_");
        assertThat(receiver.got).allMatch(got -> got.signedWith(hooks.secret(NAMESPACE)));
        assertThat(receiver.got.getFirst().agent()).isEqualTo("Continuo/test, application/json");
        Delivery delivery = hooks.log(run).getFirst();
        assertThat(delivery.attempts()).isEqualTo(4);
        assertThat(delivery.lastStatus()).hasValue(204);
        assertThat(delivery.isFinal()).isTrue();
        assertThat(hooks.count("continuo.callbacks.attempts", "outcome", "failed"))
                .isEqualTo(3);
        assertThat(hooks.count("continuo.callbacks.attempts", "outcome", "taken"))
                .isEqualTo(1);
    }

    @Test
    void newsTakesThePlaceOfWhatTheReceiverDidNotTakeAndTheEndIsNeverLeftOut() {
        AtomicBoolean up = new AtomicBoolean();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> request.response()
                .setStatusCode(up.get() ? 200 : 503)
                .end());
        hooks.sender(settings());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        Await.until("the first attempt fails", LIMIT, () -> !receiver.got.isEmpty());
        hooks.move(run);
        Await.until("news is tried", LIMIT, () -> receiver.got.stream().anyMatch(got -> got.version() == 1));
        hooks.end(run);
        Await.until("the end is tried", LIMIT, () -> receiver.got.stream().anyMatch(Got::last));
        up.set(true);

        untilStates(run, "delivered", "merged", "merged");
        assertThat(receiver.got).extracting(Got::version).isSorted();
        assertThat(hooks.count("continuo.callbacks.merged")).isEqualTo(2);
    }

    @Test
    void theEndIsToldAtOnceThoughAnEarlierMessageHasToWait() {
        AtomicInteger asked = new AtomicInteger();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> request.response()
                .setStatusCode(asked.incrementAndGet() == 1 ? 500 : 200)
                .end());
        hooks.sender(settings(new RetrySchedule(List.of(Duration.ofDays(1000)), Duration.ofDays(9)), 8));
        UUID run = hooks.run(NAMESPACE, receiver.url());
        Await.until("the first attempt fails", LIMIT, () -> asked.get() == 1);
        hooks.end(run);

        untilStates(run, "delivered", "merged");
    }

    @Test
    void aMessageThatNobodyTakesIsGivenUp() {
        Receiver receiver = Receiver.answering(hooks.vertx, 400);
        hooks.sender(settings(new RetrySchedule(List.of(Duration.ofMillis(20)), Duration.ofMillis(200)), 8));
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.end(run);

        Await.until("the last message is given up", LIMIT, () -> hooks.log(run).stream()
                .anyMatch(delivery ->
                        delivery.isFinal() && delivery.state().word().equals("failed")));
        assertThat(hooks.log(run).getFirst().lastError()).contains("HTTP 400");
        assertThat(hooks.count("continuo.callbacks.given.up")).isPositive();
    }

    @Test
    void aReceiverThatIsGoneHearsNoMoreOfTheTask() {
        Receiver receiver = Receiver.answering(hooks.vertx, 410);
        hooks.sender(settings());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        untilStates(run, "gone");
        hooks.end(run);
        // What is found after the end of this one would have been found after the end of that one, too.
        UUID other = hooks.run(NAMESPACE, receiver.url());
        untilStates(other, "gone");

        assertThat(receiver.of(run.toString())).hasSize(1);
    }

    @Test
    void aReceiverThatAsksForTimeGetsIt() {
        AtomicInteger asked = new AtomicInteger();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> {
            boolean first = asked.incrementAndGet() == 1;
            request.response()
                    .setStatusCode(first ? 503 : 200)
                    .putHeader("retry-after", "2")
                    .end();
        });
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.sender(settings());
        Await.until("the first attempt fails", LIMIT, () -> asked.get() == 1);
        hooks.end(run);

        Await.until("the end is told", LIMIT, () -> receiver.got.stream().anyMatch(Got::last));
        assertThat(Duration.between(
                        receiver.got.get(0).at(), receiver.got.get(1).at()))
                .isGreaterThanOrEqualTo(Duration.ofMillis(1900));
    }

    @Test
    void aReceiverThatHangsDelaysNoOtherTenant() {
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        Receiver hanging = new Receiver(hooks.vertx, (request, got) -> held.add(request));
        Receiver healthy = Receiver.answering(hooks.vertx, 200);
        hooks.sender(settings(SenderFixture.QUICK, 2));
        for (int i = 0; i < 30; i++) {
            hooks.run("hostile", hanging.url());
        }
        Await.until("the hostile namespace has all that it may have", LIMIT, () -> held.size() == 2);
        UUID run = hooks.run("other", healthy.url());
        hooks.end(run);

        Await.until("the end is told", LIMIT, () -> healthy.got.stream().anyMatch(Got::last));
        assertThat(held).as("they hang as before").hasSize(2);
    }

    @Test
    void whatAProcessSentBeforeItDiedIsSentAgain() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        UUID run = hooks.run(NAMESPACE, receiver.url());
        await(hooks.queue.hint(List.of(run)));
        CallbackClaim dead =
                await(hooks.queue.claim(settings().room(10), Map.of())).getFirst();
        Message message = Message.of(
                Ids.next(),
                new Document(
                        0,
                        false,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("id", run.toString())
                                .put("status", "running")
                                .put("version", 0)
                                .put("output", (String) null)),
                Json::write);
        await(hooks.queue.make(dead, message));
        hooks.sender(settings());
        await(hooks.pool
                .preparedQuery("UPDATE webhook SET due_at = now(), claimed_until = now() WHERE run_id = $1")
                .execute(Tuple.of(run)));

        untilStates(run, "delivered");
        assertThat(receiver.got).extracting(Got::id).containsExactly(message.id());
        assertThat(receiver.got.getFirst().text()).isEqualTo(message.body().text());
    }

    @Test
    void aSenderThatStopsGivesBackWhatHangs() {
        Queue<HttpServerRequest> held = new ConcurrentLinkedQueue<>();
        Receiver receiver = new Receiver(hooks.vertx, (request, got) -> held.add(request));
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.end(run);
        String sender = hooks.sender(settings());
        Await.until("it is under way", LIMIT, () -> held.size() == 1);
        hooks.stop(sender);
        assertThat(hooks.log(run).getFirst().attempts()).isZero();

        hooks.sender(settings());
        Await.until("it is sent again at once", LIMIT, () -> held.size() == 2);
        assertThat(receiver.got.get(1).id()).isEqualTo(receiver.got.get(0).id());
        held.forEach(request -> request.response().end());
        untilStates(run, "delivered");
    }

    @Test
    void bothSecretsSignWhileTheOldOneIsGranted() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        hooks.sender(settings());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        Await.until("the first message is there", LIMIT, () -> receiver.got.size() == 1);
        String old = hooks.secret(NAMESPACE);
        assertThat(receiver.got.getFirst().signedWith(old)).isTrue();

        await(hooks.secrets.rotate(NAMESPACE, Duration.ofHours(1)));
        hooks.move(run);
        Await.until("the second message is there", LIMIT, () -> receiver.got.size() == 2);
        String current = hooks.secret(NAMESPACE);
        assertThat(hooks.secretsOf(NAMESPACE)).containsExactly(current, old);
        assertThat(receiver.got.get(1).signedWith(old)).isTrue();
        assertThat(receiver.got.get(1).signedWith(current)).isTrue();

        WebhookSecrets.Rotated last = (WebhookSecrets.Rotated) await(hooks.secrets.rotate(NAMESPACE, Duration.ZERO));
        hooks.move(run);
        Await.until("the third message is there", LIMIT, () -> receiver.got.size() == 3);
        assertThat(receiver.got.get(2).signedWith(old)).isFalse();
        assertThat(receiver.got.get(2).signedWith(current)).isFalse();
        assertThat(receiver.got.get(2).signedWith(last.secret().text())).isTrue();
    }

    @Test
    void aRedeliveryIsTheSameMessageAgain() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        hooks.sender(settings());
        UUID run = hooks.run(NAMESPACE, receiver.url());
        untilStates(run, "delivered");
        hooks.end(run);
        untilStates(run, "delivered", "delivered");
        String first = hooks.log(run).getLast().id();

        assertThat(hooks.redeliver(run, first)).isEqualTo(Redelivery.ACCEPTED);
        Await.until("it is sent again", LIMIT, () -> hooks.log(run).getLast().attempts() == 2);

        assertThat(receiver.got).hasSize(3);
        assertThat(receiver.got.getLast().id()).isEqualTo(first);
        assertThat(receiver.got.getLast().text())
                .isEqualTo(receiver.got.getFirst().text());
        assertThat(receiver.got.getLast().number()).isEqualTo("1");
        assertThat(receiver.got.getLast().signedWith(hooks.secret(NAMESPACE))).isTrue();
        untilStates(run, "delivered", "delivered");
    }

    @Test
    void whatIsTooLargeIsNotSentAndSaysSo() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.end(run, "x".repeat(settings().maxBodyBytes()));
        hooks.sender(settings());

        untilStates(run, "failed");
        Delivery delivery = hooks.log(run).getFirst();
        assertThat(delivery.lastError().orElseThrow()).endsWith("more than 100000");
        assertThat(delivery.kept()).isFalse();
        assertThat(hooks.redeliver(run, delivery.id())).isEqualTo(Redelivery.BODY_GONE);
        assertThat(receiver.got).isEmpty();
    }

    @Test
    void aReceiverInAPrivateNetworkIsRefusedUnlessItIsAllowed() {
        Receiver receiver = Receiver.answering(hooks.vertx, 200);
        SenderSettings usual = settings();
        UUID run = hooks.run(NAMESPACE, receiver.url());
        hooks.sender(new SenderSettings(
                false,
                usual.concurrency(),
                usual.perNamespace(),
                usual.perHost(),
                usual.maxBodyBytes(),
                usual.attempt(),
                usual.lease(),
                usual.look(),
                usual.schedule(),
                usual.userAgent()));

        Await.until(
                "the attempt is refused", LIMIT, () -> hooks.log(run).stream().anyMatch(delivery -> delivery.lastError()
                        .filter(
                                "the URL must lead to a public address, unless --callback-private-addresses is true"
                                        ::equals)
                        .isPresent()));
        assertThat(receiver.got).isEmpty();
    }
}
