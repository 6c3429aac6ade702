package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.exchange.EventExchange;
import dev.continuo.worker.connector.exchange.EventParser;
import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.Target;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/** One provider's HTTP: where it is, how requests are sent within their limits, and what failures are called. */
final class ApiClient {
    static final ObjectMapper JSON = new ObjectMapper();

    /** What can stand in a header. */
    private static final Pattern KEY = Pattern.compile("[\\x21-\\x7E]+");

    /**
     * @param key that the headers hold, so that no message repeats it
     * @param body empty for a request without one
     */
    record Call(HttpMethod method, Target target, MultiMap headers, Optional<String> key, Optional<JsonNode> body) {}

    private final String provider;
    private final AiSettings.Service service;
    private final AiTools tools;

    ApiClient(String provider, AiSettings.Service service, AiTools tools) {
        this.provider = provider;
        this.service = service;
        this.tools = tools;
    }

    String provider() {
        return provider;
    }

    AiTools tools() {
        return tools;
    }

    /** @param path begins with a slash */
    Target target(String path) {
        return Target.parse(service.baseUrl() + path, "The base URL of " + provider);
    }

    /**
     * The task's key, or else the server's own.
     *
     * @throws ProviderFailure when it cannot be one
     */
    Optional<String> key(Optional<String> given) {
        Optional<String> key = given.or(service::key);
        if (!key.map(secret -> KEY.matcher(secret).matches()).orElse(true)) {
            throw ProviderFailure.forGood(
                    "The API key for " + provider + " has blanks or characters that are not ASCII");
        }
        return key;
    }

    /** What is thrown on the way to a request is a failure as any. */
    static <T> Future<T> guarded(Supplier<Future<T>> asked) {
        try {
            return asked.get();
        } catch (ProviderFailure impossible) {
            return Future.failedFuture(impossible);
        } catch (InvalidInput misconfigured) {
            return Future.failedFuture(ProviderFailure.forGood(misconfigured.getMessage()));
        }
    }

    /** The JSON of a 2xx response; fails with {@link ProviderFailure}. */
    Future<JsonNode> json(Call call, Cancellation cancellation) {
        EventExchange exchange = send(call, event -> false, cancellation);
        return exchange.reply()
                .transform(reply -> reply.succeeded()
                        ? parsed(successful(reply.result(), call))
                        : Future.failedFuture(failure(reply.cause(), call)));
    }

    /**
     * Hands over the events of a 2xx response until one is the last; fails with {@link ProviderFailure}.
     *
     * @param last takes an event, and tells whether any more are of interest; may throw {@link ProviderFailure}
     */
    Future<Void> events(Call call, Predicate<EventParser.Event> last, Cancellation cancellation) {
        return events(call, last, body -> false, cancellation);
    }

    /**
     * The same, of a service that may answer with a whole document in place of a stream.
     *
     * @param whole takes what came, and tells whether it was an answer; may throw {@link ProviderFailure}
     */
    Future<Void> events(
            Call call, Predicate<EventParser.Event> last, Predicate<String> whole, Cancellation cancellation) {
        return send(call, last, cancellation).reply().transform(reply -> {
            if (reply.failed()) {
                return Future.failedFuture(failure(reply.cause(), call));
            }
            return successful(reply.result(), call).map(answered -> {
                if (answered.body().length() > 0 && !whole.test(answered.body().toString())) {
                    throw ProviderFailure.forNow(
                            provider + " answered " + answered.shownStatus() + " without a stream of events");
                }
                return null;
            });
        });
    }

    private EventExchange send(Call call, Predicate<EventParser.Event> last, Cancellation cancellation) {
        MultiMap headers = MultiMap.caseInsensitiveMultiMap().addAll(call.headers);
        Optional<Buffer> body = call.body.map(json -> Buffer.buffer(json.toString()));
        body.ifPresent(bytes -> headers.set("content-type", "application/json"));
        headers.set("user-agent", "continuo");
        EventExchange.Limits limits = new EventExchange.Limits(
                tools.http().maxResponseBytes(),
                tools.http().connectTimeout(),
                tools.settings().silence());
        Sent sent = new Sent(last);
        sent.exchange = Optional.of(EventExchange.send(
                tools.vertx(),
                tools.via(),
                new Exchange.Request(call.method, call.target, headers, body),
                limits,
                sent::heard));
        EventExchange exchange = sent.exchange.get();
        cancellation.onCancel(() -> exchange.cut(new CancellationException("cancelled")));
        return exchange;
    }

    /** Ties the exchange to who listens to it. */
    private static final class Sent {
        private final Predicate<EventParser.Event> last;
        private Optional<EventExchange> exchange = Optional.empty();

        Sent(Predicate<EventParser.Event> last) {
            this.last = last;
        }

        void heard(EventParser.Event event) {
            if (last.test(event)) {
                exchange.ifPresent(EventExchange::enough);
            }
        }
    }

    private Future<Exchange.Reply> successful(Exchange.Reply reply, Call call) {
        return reply.status() / 100 == 2
                ? Future.succeededFuture(reply)
                : Future.failedFuture(ApiComplaint.of(
                        provider,
                        reply,
                        call.key,
                        tools.clock().instant(),
                        tools.http().longestRetryAfter()));
    }

    private Future<JsonNode> parsed(Future<Exchange.Reply> reply) {
        return reply.map(answered -> parse(answered.body().toString()));
    }

    private ProviderFailure failure(Throwable cause, Call call) {
        return cause instanceof ProviderFailure known
                ? known
                : ProviderFailure.forNow(provider + ": " + Trouble.describe(cause, call.target));
    }

    /** @throws ProviderFailure when it is no JSON object */
    JsonNode parse(String text) {
        try {
            JsonNode json = JSON.readTree(text);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw ProviderFailure.forNow(provider + " sent something that is not JSON");
        }
        throw ProviderFailure.forNow(provider + " sent JSON that is no object");
    }
}
