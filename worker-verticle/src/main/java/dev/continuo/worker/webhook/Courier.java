package dev.continuo.worker.webhook;

import dev.continuo.store.CallbackClaim;
import dev.continuo.store.Ids;
import dev.continuo.store.Json;
import dev.continuo.store.WebhookQueue;
import dev.continuo.store.WebhookQueue.Stored;
import dev.continuo.store.WebhookSecrets;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.CallbackUrl;
import dev.continuo.webhook.Message;
import dev.continuo.webhook.Signature;
import dev.continuo.webhook.SigningSecret;
import dev.continuo.webhook.TaskDocuments;
import dev.continuo.webhook.TaskDocuments.Document;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;

/** What is done under one claim: finds what there is to send, sends it, and writes down what came of it. */
final class Courier {
    private final WebhookQueue queue;
    private final WebhookSecrets secrets;
    private final TaskDocuments documents;
    private final Transmission.Via via;
    private final SenderMeters meters;
    private final Map<UUID, Transmission> flying = new HashMap<>();
    private Optional<String> withdrawn = Optional.empty();

    Courier(
            WebhookQueue queue,
            WebhookSecrets secrets,
            TaskDocuments documents,
            Transmission.Via via,
            SenderMeters meters) {
        this.queue = queue;
        this.secrets = secrets;
        this.documents = documents;
        this.via = via;
        this.meters = meters;
    }

    /** A message on its way. */
    private record Parcel(String id, int number, Message.Body body) {}

    /** How often the receiver has failed in a row, and since when. */
    private record Streak(int failures, Duration failingFor) {
        static final Streak NONE = new Streak(0, Duration.ZERO);
    }

    /**
     * Completes when the claim is over. Fails when it still holds and nobody uses it.
     *
     * @param holds whether the claim lasts for as long as an attempt may take
     */
    Future<Void> deliver(CallbackClaim claim, BooleanSupplier holds) {
        return claim.redeliver()
                .map(id -> again(claim, id, holds))
                .orElseGet(() -> waiting(claim).compose(waiting -> next(claim, waiting, holds)))
                .mapEmpty();
    }

    /** Leaves all that is under way, and begins no more. */
    void withdraw(String why) {
        withdrawn = Optional.of(why);
        List.copyOf(flying.values()).forEach(transmission -> transmission.withdraw(why));
    }

    private Future<Optional<Stored>> waiting(CallbackClaim claim) {
        return claim.current()
                .map(id -> queue.find(claim.runId(), id))
                .orElseGet(() -> Future.succeededFuture(Optional.empty()));
    }

    private Future<Boolean> again(CallbackClaim claim, String id, BooleanSupplier holds) {
        return queue.find(claim.runId(), id)
                .compose(found -> found.map(stored -> sent(claim, parcel(stored), claim.failures(), holds)
                                .compose(attempted -> queue.redelivered(claim, id, attempted)))
                        .orElseGet(() -> queue.rest(claim, -1)));
    }

    private Future<Boolean> next(CallbackClaim claim, Optional<Stored> waiting, BooleanSupplier holds) {
        Streak streak = new Streak(claim.failures(), claim.failingFor());
        if (waiting.isPresent() && waiting.get().isFinal()) {
            return attempt(claim, parcel(waiting.get()), streak, holds);
        }
        if (!claim.open()) {
            return queue.rest(claim, -1);
        }
        return documents.of(claim.runId()).compose(document -> {
            Optional<Message> news = document.map(Courier::message).filter(message -> message.isNews(claim.digest()));
            if (news.isPresent()) {
                return fresh(claim, news.get(), waiting.isPresent(), holds);
            }
            if (document.isPresent() && waiting.isPresent()) {
                return attempt(claim, parcel(waiting.get()), streak, holds);
            }
            return document.map(seen -> queue.rest(claim, seen.version())).orElseGet(() -> queue.idle(claim));
        });
    }

    private static Message message(Document document) {
        return Message.of(Ids.next(), document, Json::write);
    }

    private static Parcel parcel(Stored stored) {
        return new Parcel(stored.id(), stored.number(), stored.body());
    }

    private Future<Boolean> fresh(CallbackClaim claim, Message message, boolean merges, BooleanSupplier holds) {
        int bytes = message.body().bytes().length;
        int most = via.settings().maxBodyBytes();
        if (bytes > most) {
            return queue.refuse(claim, message, "the message has " + bytes + " bytes, more than " + most)
                    .compose(made -> queue.rest(claim, message.version()));
        }
        Streak streak = message.isFinal() ? Streak.NONE : new Streak(claim.failures(), claim.failingFor());
        return queue.make(claim, message).compose(number -> {
            if (number.isEmpty()) {
                return Future.succeededFuture(false);
            }
            if (merges) {
                meters.merged();
            }
            return attempt(claim, new Parcel(message.id(), number.getAsInt(), message.body()), streak, holds);
        });
    }

    private Future<Boolean> attempt(CallbackClaim claim, Parcel parcel, Streak streak, BooleanSupplier holds) {
        return sent(claim, parcel, streak.failures(), holds).compose(attempted -> {
            Optional<Duration> retry =
                    switch (attempted) {
                        case Attempted.Taken taken -> Optional.empty();
                        case Attempted.Gone gone -> Optional.empty();
                        case Attempted.Failed failed ->
                            via.settings()
                                    .schedule()
                                    .next(streak.failures() + 1, streak.failingFor(), ThreadLocalRandom.current());
                    };
            if (attempted instanceof Attempted.Failed && retry.isEmpty()) {
                meters.givenUp();
            }
            return queue.attempted(claim, parcel.id(), attempted, retry);
        });
    }

    private Future<Attempted> sent(CallbackClaim claim, Parcel parcel, int attempt, BooleanSupplier holds) {
        return switch (CallbackUrl.check(claim.url(), via.settings().privateAllowed())) {
            case CallbackUrl.Invalid invalid ->
                Future.succeededFuture(Attempted.unanswered("the URL " + invalid.reason()))
                        .onSuccess(meters::attempted);
            case CallbackUrl.Valid(CallbackUrl url) ->
                secrets.signing(claim.namespace()).compose(signing -> {
                    if (withdrawn.isPresent()) {
                        return Future.failedFuture(new Transmission.Withdrawn(withdrawn.get()));
                    }
                    Transmission transmission = Transmission.begin(
                            via,
                            new Transmission.Letter(
                                    url,
                                    attempt,
                                    () -> headers(parcel, signing),
                                    Buffer.buffer(parcel.body().bytes()),
                                    holds));
                    flying.put(claim.runId(), transmission);
                    return transmission
                            .attempted()
                            .onSuccess(meters::attempted)
                            .onComplete(over -> flying.remove(claim.runId()));
                });
        };
    }

    private MultiMap headers(Parcel parcel, List<SigningSecret> signing) {
        long now = System.currentTimeMillis() / 1000;
        return MultiMap.caseInsensitiveMultiMap()
                .add("content-type", "application/json")
                .add("user-agent", via.settings().userAgent())
                .add("webhook-id", parcel.id())
                .add("webhook-timestamp", Long.toString(now))
                .add(
                        "webhook-signature",
                        Signature.of(signing, parcel.id(), now, parcel.body().bytes()))
                .add("continuo-message-number", Integer.toString(parcel.number()));
    }
}
