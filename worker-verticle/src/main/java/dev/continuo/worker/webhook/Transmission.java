package dev.continuo.worker.webhook;

import dev.continuo.webhook.Addresses;
import dev.continuo.webhook.Attempted;
import dev.continuo.webhook.CallbackUrl;
import dev.continuo.webhook.RetrySchedule;
import dev.continuo.worker.connector.exchange.RetryAfter;
import dev.continuo.worker.connector.exchange.Target;
import dev.continuo.worker.connector.exchange.Trouble;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * One attempt: the look-up of the name, the check of the address, the request to that very address, and so much of the
 * answer as is read. Over within its time limit, whatever the receiver does.
 */
final class Transmission {
    private static final int MAX_ANSWER_BYTES = 64 << 10;
    private static final int MAX_HEADER_BYTES = 16 << 10;

    /** What attempts share. */
    record Via(Vertx vertx, HttpClient client, HostResolver hosts, SenderSettings settings) {
        /**
         * Each attempt has its own connection. A receiver may close a connection in the moment in which it is used again,
         * and a message cannot tell that from one that was taken; besides, the address is checked for each attempt.
         */
        static HttpClientOptions options(SenderSettings settings) {
            return new HttpClientOptions()
                    .setKeepAlive(false)
                    .setDecompressionSupported(false)
                    .setMaxHeaderSize(MAX_HEADER_BYTES)
                    .setConnectTimeout((int) settings.attempt().toMillis())
                    .setSslHandshakeTimeout(Math.max(1, settings.attempt().toSeconds()));
        }

        static PoolOptions pool(SenderSettings settings) {
            return new PoolOptions().setHttp1MaxSize(settings.concurrency());
        }
    }

    /**
     * What is sent.
     *
     * @param attempt counts the attempts; a host with several addresses is asked at another one each time
     * @param headers made when there is an address, so that the time in them is the time of the attempt
     * @param allowed whether the claim still holds; asked in the last moment
     */
    record Letter(CallbackUrl url, int attempt, Supplier<MultiMap> headers, Buffer body, BooleanSupplier allowed) {}

    /** It was not sent, because the claim does not hold any longer or the process stops. Nothing came of it. */
    static final class Withdrawn extends RuntimeException {
        Withdrawn(String message) {
            super(message, null, false, false);
        }
    }

    private final Promise<Attempted> promise = Promise.promise();
    private final Via via;
    private final Letter letter;
    private Optional<HttpClientRequest> request = Optional.empty();
    private Optional<Attempted> answer = Optional.empty();
    private long received;

    private Transmission(Via via, Letter letter) {
        this.via = via;
        this.letter = letter;
    }

    static Transmission begin(Via via, Letter letter) {
        Transmission transmission = new Transmission(via, letter);
        Duration limit = via.settings.attempt();
        long timer = via.vertx.setTimer(limit.toMillis(), id -> transmission.failed(new Trouble.TimeUp(limit)));
        transmission.promise.future().onComplete(done -> via.vertx.cancelTimer(timer));
        transmission.addresses().onComplete(transmission::connect, transmission::failed);
        return transmission;
    }

    /** Fails with {@link Withdrawn}, and in no other way. */
    Future<Attempted> attempted() {
        return promise.future();
    }

    /** Gives up at once, leaving open what came of it. */
    void withdraw(String why) {
        promise.tryFail(new Withdrawn(why));
        hangUp();
    }

    private Future<List<InetAddress>> addresses() {
        return letter.url
                .literal()
                .map(address -> Future.succeededFuture(List.of(address)))
                .orElseGet(() -> via.hosts.resolve(letter.url.host()));
    }

    private void connect(List<InetAddress> found) {
        if (promise.future().isComplete()) {
            return;
        }
        List<InetAddress> allowed = found.stream()
                .filter(address -> Addresses.allowed(address, via.settings.privateAllowed()))
                .toList();
        if (allowed.isEmpty()) {
            end(Attempted.unanswered("the host " + letter.url.host() + " has no public address"));
            return;
        }
        if (!letter.allowed.getAsBoolean()) {
            promise.tryFail(new Withdrawn("the claim has ended"));
            return;
        }
        InetAddress address = allowed.get(letter.attempt % allowed.size());
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(letter.url.port(), address.getHostAddress()))
                .setHost(letter.url.host())
                .setPort(letter.url.port())
                .setSsl(letter.url.tls())
                .setURI(letter.url.target())
                .setFollowRedirects(false);
        via.client.request(options).onComplete(this::send, this::failed);
    }

    private void send(HttpClientRequest made) {
        request = Optional.of(made);
        // Connecting may have taken its time, or the process may have stood still.
        if (!letter.allowed.getAsBoolean()) {
            promise.tryFail(new Withdrawn("the claim has ended"));
        }
        if (promise.future().isComplete()) {
            hangUp();
            return;
        }
        made.headers().addAll(letter.headers.get());
        made.putHeader("host", letter.url.authority());
        made.exceptionHandler(this::failed);
        made.response().onComplete(this::receive, this::failed);
        made.end(letter.body).onFailure(this::failed);
    }

    private void receive(HttpClientResponse response) {
        Optional<Duration> retryAfter = Optional.ofNullable(response.getHeader("retry-after"))
                .flatMap(header -> RetryAfter.parse(header, Instant.now(), RetrySchedule.LONGEST_RETRY_AFTER))
                .filter(Duration::isPositive);
        answer = Optional.of(Attempted.answered(response.statusCode(), retryAfter));
        response.exceptionHandler(this::failed);
        response.handler(chunk -> {
            received += chunk.length();
            if (received > MAX_ANSWER_BYTES) {
                over("the answer is too long");
            }
        });
        response.endHandler(end -> over("the answer has ended"));
    }

    private void failed(Throwable failure) {
        CallbackUrl url = letter.url;
        over(Trouble.describe(failure, new Target(url.tls(), url.host(), url.port(), url.target())));
    }

    /** The status decides when there is one, whatever happens to the rest of the answer. */
    private void over(String otherwise) {
        end(answer.orElseGet(() -> Attempted.unanswered(otherwise)));
    }

    private void end(Attempted attempted) {
        promise.tryComplete(attempted);
        hangUp();
    }

    private void hangUp() {
        request.ifPresent(made -> made.connection().close());
    }
}
