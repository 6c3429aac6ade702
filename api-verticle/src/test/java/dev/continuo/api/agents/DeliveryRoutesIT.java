package dev.continuo.api.agents;

import static dev.continuo.api.HttpFixture.await;
import static dev.continuo.api.agents.AgentsFixture.Person.ANN;
import static dev.continuo.api.agents.AgentsFixture.Person.BEN;
import static dev.continuo.api.agents.AgentsFixture.Person.CARA;
import static dev.continuo.api.agents.AgentsFixture.Person.DORA;
import static dev.continuo.api.agents.AgentsFixture.RETURN;
import static dev.continuo.api.agents.AgentsFixture.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.CallbackClaim;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.store.WebhookQueue;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.Message;
import dev.continuo.webhook.TaskDocuments.Document;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of callbacks and the secrets that sign them. Nothing is sent here: the test does what a sender does. */
@ExtendWith(BackendsExtension.class)
class DeliveryRoutesIT {
    private static final Attempted.Failed FAILED =
            new Attempted.Failed(OptionalInt.of(503), "HTTP 503", Optional.empty());

    private static AgentsFixture api;
    private WebhookQueue queue;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AgentsFixture(backends);
        api.create(ANN, "long", WRITE, RETURN);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @BeforeEach
    void forget() {
        api.sql("DELETE FROM run");
        api.sql("DELETE FROM webhook");
        api.sql("DELETE FROM webhook_delivery");
        api.sql("DELETE FROM webhook_secret");
        queue = new WebhookQueue(api.engine.pool());
    }

    private static UUID run() {
        JsonNode task = api.as(ANN, "POST", "workflow/long", "{'input': {}, 'callback': 'https://app.test/hook'}")
                .expect(201)
                .json();
        return UUID.fromString(task.path("id").asText());
    }

    private CallbackClaim claim(UUID task) {
        await(queue.hint(List.of(task)));
        return await(queue.claim(new WebhookQueue.Room(10, 10, 10, Duration.ofMinutes(1)), Map.of()))
                .getFirst();
    }

    private Message made(CallbackClaim claim, String body) {
        Message message = Message.of(Ids.next(), new Document(1, false, Json.read(body)), Json::write);
        await(queue.make(claim, message));
        return message;
    }

    private static JsonNode log(UUID task) {
        return api.as(ANN, "GET", "task/" + task + "/deliveries").expect(200).json();
    }

    private static String redeliver(UUID task, String id) {
        return "task/" + task + "/deliveries/" + id + "/redeliver";
    }

    @Test
    void theOwnerSeesWhatBecameOfEachMessageButNotItsBody() {
        UUID task = run();
        assertThat(log(task).isEmpty()).isTrue();
        CallbackClaim first = claim(task);
        Message taken = made(first, "{\"output\": \"private\"}");
        await(queue.attempted(first, taken.id(), new Attempted.Taken(204), Optional.empty()));
        CallbackClaim second = claim(task);
        Message waiting = made(second, "{\"output\": \"private, too\"}");
        await(queue.attempted(second, waiting.id(), FAILED, Optional.of(Duration.ofHours(1))));

        JsonNode log = log(task);
        assertThat(log.toString()).doesNotContain("private");
        assertThat(log).hasSize(2);
        assertThat(log.get(0).path("id").asText()).isEqualTo(waiting.id());
        assertThat(log.get(0).path("state").asText()).isEqualTo("pending");
        assertThat(log.get(0).path("lastStatus").asInt()).isEqualTo(503);
        assertThat(log.get(0).path("lastError").asText()).isEqualTo("HTTP 503");
        assertThat(log.get(0).has("nextAttemptAt")).isTrue();
        assertThat(log.get(1).path("state").asText()).isEqualTo("delivered");
        assertThat(log.get(1).path("number").asInt()).isEqualTo(1);
        assertThat(log.get(1).path("attempts").asInt()).isEqualTo(1);
        assertThat(log.get(1).path("bytes").asInt()).isEqualTo(taken.body().bytes().length);
        assertThat(log.get(1).has("lastError")).isFalse();
    }

    @Test
    void forAnybodyElseThereIsNoSuchTask() {
        UUID task = run();
        CallbackClaim claim = claim(task);
        Message message = made(claim, "{}");
        await(queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));

        for (AgentsFixture.Person other : List.of(BEN, CARA, DORA)) {
            assertThat(api.as(other, "GET", "task/" + task + "/deliveries")
                            .expect(404)
                            .text())
                    .isEqualTo("{\"message\":\"Task not found\"}");
            api.as(other, "POST", redeliver(task, message.id())).expect(404);
        }
        api.as(ANN, "GET", "task/nonsense/deliveries").expect(404);
        api.as(ANN, "GET", "task/" + UUID.randomUUID() + "/deliveries").expect(404);
    }

    @Test
    void aMessageIsSentAgainUnlessOneIsUnderWay() {
        UUID task = run();
        CallbackClaim claim = claim(task);
        Message message = made(claim, "{}");
        assertThat(api.as(ANN, "POST", redeliver(task, message.id()))
                        .expect(409)
                        .text())
                .isEqualTo("{\"message\":\"A message of this task is being sent\"}");
        await(queue.attempted(claim, message.id(), new Attempted.Taken(200), Optional.empty()));

        assertThat(api.as(ANN, "POST", redeliver(task, message.id()))
                        .expect(202)
                        .json()
                        .path("id")
                        .asText())
                .isEqualTo(message.id());
        api.as(ANN, "POST", redeliver(task, message.id())).expect(409);
        assertThat(api.as(ANN, "POST", redeliver(task, "msg_none")).expect(404).text())
                .isEqualTo("{\"message\":\"Delivery not found\"}");
    }

    @Test
    void callbacksGoWithTheirTask() {
        UUID task = run();
        made(claim(task), "{}");
        api.as(ANN, "DELETE", "task/" + task).expect(200);

        assertThat(api.sql("SELECT 1 FROM webhook")).isEmpty();
        assertThat(api.sql("SELECT 1 FROM webhook_delivery")).isEmpty();
    }

    @Test
    void aSecretIsShownOnceToAnAdministrator() {
        assertThat(api.as(DORA, "GET", "webhook-secret").expect(200).text()).isEqualTo("[]");
        JsonNode first = api.as(DORA, "POST", "webhook-secret").expect(201).json();
        JsonNode second = api.as(DORA, "POST", "webhook-secret", "{'graceSeconds': 60}")
                .expect(201)
                .json();

        assertThat(first.path("secret").asText()).matches("whsec_[A-Za-z0-9+/]{43}=");
        assertThat(second.path("secret").asText())
                .isNotEqualTo(first.path("secret").asText());
        JsonNode known = api.as(DORA, "GET", "webhook-secret").expect(200).json();
        assertThat(known.toString()).doesNotContain("whsec");
        assertThat(known.findValuesAsText("id"))
                .containsExactly(second.path("id").asText(), first.path("id").asText());
        assertThat(known.get(0).has("endsAt")).isFalse();
        assertThat(known.get(1).has("endsAt")).isTrue();
    }

    @Test
    void othersNeitherSeeNorMakeSecrets() {
        for (String method : List.of("GET", "POST")) {
            assertThat(api.as(ANN, method, "webhook-secret").expect(403).text())
                    .isEqualTo("{\"message\":\"This needs an API key of the role admin\"}");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "604801", "1.5", "'60'", "null", "99999999999"})
    void aGraceIsANumberOfSecondsUpToAWeek(String grace) {
        assertThat(api.as(DORA, "POST", "webhook-secret", "{'graceSeconds': " + grace + "}")
                        .expect(400)
                        .json()
                        .path("message")
                        .asText())
                .isEqualTo("Invalid input data: graceSeconds must be a whole number from 0 to 604800");
    }

    @Test
    void onlySoManySecretsSignAtOnce() {
        for (int i = 0; i < 5; i++) {
            api.as(DORA, "POST", "webhook-secret", "{}").expect(201);
        }
        api.as(DORA, "POST", "webhook-secret", "{}").expect(409);
        api.as(DORA, "POST", "webhook-secret", "{'graceSeconds': 0}").expect(201);
        assertThat(api.as(DORA, "GET", "webhook-secret").expect(200).json()).hasSize(1);
        api.as(DORA, "POST", "webhook-secret", "[]").expect(400);
    }
}
