package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.engine.Agents;
import dev.continuo.store.WebhookDeliveries;
import dev.continuo.store.WebhookDeliveries.Delivery;
import dev.continuo.store.WebhookQueue;
import dev.continuo.store.WebhookSecrets;
import dev.continuo.store.WebhookSecrets.Known;
import dev.continuo.webhook.DeliveryState;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;

/** What became of a task's callbacks, and what they are signed with. An addition to the original. */
final class DeliveryRoutes {
    private static final int DEFAULT_GRACE_SECONDS = 86_400;
    private static final int MAX_GRACE_SECONDS = 7 * 86_400;

    private final Agents tasks;
    private final WebhookDeliveries deliveries;
    private final WebhookSecrets secrets;

    DeliveryRoutes(Agents tasks, WebhookDeliveries deliveries, WebhookSecrets secrets) {
        this.tasks = tasks;
        this.deliveries = deliveries;
        this.secrets = secrets;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/task/{taskId}/deliveries";
        String secret = base + "/webhook-secret";
        return List.of(
                Endpoint.get(all, this::list),
                Endpoint.plain(HttpMethod.POST, all + "/{deliveryId}/redeliver", this::redeliver),
                Endpoint.get(secret, call -> administering(call, () -> secrets(call))),
                Endpoint.optionalJson(
                        HttpMethod.POST, secret, (call, body) -> administering(call, () -> rotate(call, body))));
    }

    private Future<Answer> list(Call call) {
        return ofOwner(
                call, id -> deliveries.list(id, WebhookQueue.MOST_MESSAGES).map(list -> {
                    ArrayNode array = JsonNodeFactory.instance.arrayNode();
                    list.forEach(delivery -> array.add(json(delivery)));
                    return Answer.ok(array);
                }));
    }

    private Future<Answer> redeliver(Call call) {
        String deliveryId = call.path("deliveryId");
        return ofOwner(call, id -> deliveries.redeliver(id, deliveryId).map(redelivery -> switch (redelivery) {
            case ACCEPTED ->
                new Answer.Json(202, JsonNodeFactory.instance.objectNode().put("id", deliveryId));
            case UNKNOWN -> Problem.of(404, "Delivery not found");
            case BUSY -> Problem.of(409, "A message of this task is being sent");
            case BODY_GONE -> Problem.of(409, "The body of this message is not kept any more");
        }));
    }

    /** For anybody but its owner, a task is not there. */
    private Future<Answer> ofOwner(Call call, Function<UUID, Future<Answer>> action) {
        return call.id("taskId")
                .map(id -> tasks.task(
                                call.principal().namespace(), call.principal().id(), id)
                        .compose(found -> found.isPresent()
                                ? action.apply(id)
                                : Refusals.noTask().now()))
                .orElseGet(() -> Refusals.noTask().now());
    }

    private static Future<Answer> administering(Call call, Supplier<Future<Answer>> action) {
        return call.principal().mayAdminister()
                ? action.get()
                : Problem.of(403, "This needs an API key of the role admin").now();
    }

    private Future<Answer> secrets(Call call) {
        return secrets.known(call.principal().namespace()).map(known -> {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            known.forEach(secret -> array.add(json(secret)));
            return Answer.ok(array);
        });
    }

    private Future<Answer> rotate(Call call, JsonNode body) {
        if (!body.isMissingNode() && !body.isObject()) {
            return Problem.badRequest("The body must be a JSON object").now();
        }
        JsonNode grace = body.path("graceSeconds");
        boolean fits = grace.isIntegralNumber()
                && grace.canConvertToInt()
                && grace.intValue() >= 0
                && grace.intValue() <= MAX_GRACE_SECONDS;
        if (!grace.isMissingNode() && !fits) {
            return Refusals.invalid("/graceSeconds", "must be a whole number from 0 to " + MAX_GRACE_SECONDS)
                    .now();
        }
        Duration wait = Duration.ofSeconds(grace.isMissingNode() ? DEFAULT_GRACE_SECONDS : grace.intValue());
        return secrets.rotate(call.principal().namespace(), wait).map(rotation -> switch (rotation) {
            case WebhookSecrets.Rotated rotated ->
                Answer.created(
                        json(rotated.known()).put("secret", rotated.secret().text()));
            case WebhookSecrets.TooMany tooMany ->
                Problem.of(
                        409,
                        WebhookSecrets.MOST + " secrets sign already; with graceSeconds 0 a new one takes the place"
                                + " of them all");
        });
    }

    private static ObjectNode json(Known secret) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", secret.id().toString())
                .put("createdAt", secret.createdAt().toString());
        secret.endsAt().ifPresent(end -> json.put("endsAt", end.toString()));
        return json;
    }

    private static ObjectNode json(Delivery delivery) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("id", delivery.id())
                .put("number", delivery.number())
                .put("state", delivery.state().word())
                .put("final", delivery.isFinal())
                .put("attempts", delivery.attempts())
                .put("bytes", delivery.bytes())
                .put("redeliverable", delivery.kept())
                .put("createdAt", delivery.createdAt().toString());
        delivery.lastAt().ifPresent(at -> json.put("lastAttemptAt", at.toString()));
        delivery.lastStatus().ifPresent(status -> json.put("lastStatus", status));
        delivery.lastError().ifPresent(error -> json.put("lastError", error));
        if (delivery.state() instanceof DeliveryState.Pending pending) {
            pending.nextAttempt().ifPresent(at -> json.put("nextAttemptAt", at.toString()));
        }
        return json;
    }
}
