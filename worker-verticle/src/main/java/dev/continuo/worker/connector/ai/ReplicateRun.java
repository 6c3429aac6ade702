package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.exchange.EventParser;
import dev.continuo.worker.connector.exchange.Target;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * One prediction on Replicate (source: its HTTP API reference). Its stream only shows how it goes on: what it came to
 * is read from the prediction, so that a stream that breaks costs nothing. A prediction that nobody waits for is
 * cancelled.
 */
final class ReplicateRun {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final double GROWTH = 1.5;
    /** Looks at the prediction that may fail in a row. */
    private static final int PATIENCE = 5;

    private static final Set<String> OVER = Set.of("succeeded", "failed", "canceled", "aborted");
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,100}");

    private final ApiClient client;
    private final CompletionRequest request;
    private final Consumer<Integer> progress;
    private final Cancellation cancellation;
    private final Optional<String> key;
    private final Promise<Completion> end = Promise.promise();
    private int received;
    private int failures;
    private boolean over;
    private Duration pause = FIRST_PAUSE;

    ReplicateRun(ApiClient client, CompletionRequest request, Consumer<Integer> progress, Cancellation cancellation) {
        this.client = client;
        this.request = request;
        this.progress = progress;
        this.cancellation = cancellation;
        this.key = client.key(request.apiKey());
    }

    Future<Completion> run(String path, JsonNode body) {
        client.json(call(HttpMethod.POST, client.target(path), Optional.of(body)), cancellation)
                .onComplete(this::created, end::tryFail);
        return end.future();
    }

    private void created(JsonNode prediction) {
        String id = prediction.path("id").asText("");
        if (!ID.matcher(id).matches()) {
            end.tryFail(ProviderFailure.forNow(client.provider() + " answered without the id of a prediction"));
            return;
        }
        Target look = sameOrigin(prediction.at("/urls/get"), "/v1/predictions/" + id);
        Target stop = sameOrigin(prediction.at("/urls/cancel"), "/v1/predictions/" + id + "/cancel");
        // Whatever else ends the waiting, the prediction would go on, and cost.
        end.future().onFailure(gone -> {
            if (!over) {
                cancel(stop);
            }
        });
        cancellation.onCancel(() -> end.tryFail(ProviderFailure.forNow(client.provider() + ": cancelled")));
        if (isOver(prediction)) {
            ended(prediction);
        } else {
            stream(prediction).map(this::listened).orElseGet(this::paused).onComplete(heard -> look(look));
        }
    }

    /** Never fails: what the stream does not tell, the prediction does. */
    private Future<Void> listened(Target stream) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().set("accept", "text/event-stream");
        // The key is for the configured service alone; elsewhere the URL itself is what gives access.
        boolean trusted = stream.sameOrigin(client.target(""));
        key.filter(secret -> trusted).ifPresent(secret -> headers.set("authorization", "Bearer " + secret));
        return client.events(
                        new ApiClient.Call(HttpMethod.GET, stream, headers, key, Optional.empty()),
                        this::heard,
                        cancellation)
                .otherwiseEmpty();
    }

    private boolean heard(EventParser.Event event) {
        if (event.type().equals("output")) {
            received += event.data().length();
            progress.accept(received);
        }
        return event.type().equals("done");
    }

    private void look(Target look) {
        if (end.future().isComplete()) {
            return;
        }
        client.json(call(HttpMethod.GET, look, Optional.empty()), cancellation)
                .onComplete(
                        prediction -> {
                            failures = 0;
                            if (isOver(prediction)) {
                                ended(prediction);
                            } else {
                                paused().onComplete(v -> look(look));
                            }
                        },
                        failure -> unseen(look, failure));
    }

    private void unseen(Target look, Throwable failure) {
        boolean passing = failure instanceof ProviderFailure known && !(known.retry() instanceof RetryWish.Never);
        failures++;
        if (!passing || failures == PATIENCE) {
            end.tryFail(failure);
            return;
        }
        Duration asked =
                failure instanceof ProviderFailure known && known.retry() instanceof RetryWish.NotBefore(Duration delay)
                        ? delay
                        : Duration.ZERO;
        client.tools()
                .vertx()
                .timer(Math.max(1, asked.toMillis()), TimeUnit.MILLISECONDS)
                .compose(v -> paused())
                .onComplete(v -> look(look));
    }

    private Future<Void> paused() {
        long millis = pause.toMillis();
        pause = Duration.ofMillis(Math.min((long) (millis * GROWTH), LONGEST_PAUSE.toMillis()));
        return client.tools().vertx().timer(millis, TimeUnit.MILLISECONDS).mapEmpty();
    }

    private void ended(JsonNode prediction) {
        over = true;
        String status = prediction.path("status").asText();
        if (!status.equals("succeeded")) {
            String error = prediction.path("error").asText("");
            end.tryFail(ProviderFailure.forNow(client.provider() + ": the prediction has " + status
                    + (error.isEmpty() ? "" : ": " + ApiComplaint.shown(error, key))));
            return;
        }
        JsonNode metrics = prediction.path("metrics");
        end.tryComplete(new Completion(
                text(prediction.path("output")),
                List.of(),
                FinishReason.STOP,
                new Usage(
                        metrics.path("input_token_count").asLong(),
                        metrics.path("output_token_count").asLong()),
                prediction.path("model").asText(request.model())));
    }

    /** Language models give their text in pieces, or as a whole. */
    private static String text(JsonNode output) {
        if (output.isArray()) {
            StringBuilder text = new StringBuilder();
            output.forEach(piece -> text.append(text(piece)));
            return text.toString();
        }
        return output.isTextual() ? output.textValue() : output.isNull() ? "" : output.toString();
    }

    private static boolean isOver(JsonNode prediction) {
        return OVER.contains(prediction.path("status").asText());
    }

    private Optional<Target> stream(JsonNode prediction) {
        return parsed(prediction.at("/urls/stream")).filter(url -> url.tls() || url.sameOrigin(client.target("")));
    }

    private Target sameOrigin(JsonNode url, String otherwise) {
        Target own = client.target(otherwise);
        return parsed(url).filter(own::sameOrigin).orElse(own);
    }

    private static Optional<Target> parsed(JsonNode url) {
        try {
            return url.isTextual() ? Optional.of(Target.parse(url.textValue(), "The URL")) : Optional.empty();
        } catch (InvalidInput e) {
            return Optional.empty();
        }
    }

    /** Nobody waits for what comes of it; a prediction that is over takes no harm. */
    private void cancel(Target stop) {
        client.json(call(HttpMethod.POST, stop, Optional.empty()), new Cancellation());
    }

    private ApiClient.Call call(HttpMethod method, Target target, Optional<JsonNode> body) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        key.ifPresent(secret -> headers.set("authorization", "Bearer " + secret));
        return new ApiClient.Call(method, target, headers, key, body);
    }
}
