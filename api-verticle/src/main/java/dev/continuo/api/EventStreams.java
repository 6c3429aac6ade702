package dev.continuo.api;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** The streams of events that are open in a process, over all its event loops. */
final class EventStreams {
    private static final Problem TOO_MANY =
            Problem.of(503, "As many streams of events are open as may be").retryAfter(Duration.ofSeconds(5));

    private static final Problem STOPPING = Problem.of(503, "The server stops").retryAfter(Duration.ofSeconds(1));

    private final AtomicInteger count = new AtomicInteger();
    private final Set<EventStream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean stopping;
    private final int most;
    private final Times times;

    /**
     * @param heartbeat how often a comment is sent, so that nobody in between takes the connection for dead
     * @param patience how long a client may read nothing of what waits for it
     * @param life after which a stream ends, so that the client comes again and proves who it is
     */
    record Times(Duration heartbeat, Duration patience, Duration life) {
        static final Times DEFAULT = new Times(Duration.ofSeconds(15), Duration.ofMinutes(1), Duration.ofHours(1));
    }

    EventStreams(int most, Times times, MeterRegistry registry) {
        this.most = most;
        this.times = times;
        Gauge.builder("continuo.http.streams", count, AtomicInteger::get)
                .description("Streams of events that are open")
                .register(registry);
    }

    /** Starts a stream as the answer to a request, or gives a refusal when too many are open. */
    Optional<Problem> open(RoutingContext context, Consumer<EventSink> begin) {
        if (stopping) {
            return Optional.of(STOPPING);
        }
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            return Optional.of(TOO_MANY);
        }
        EventStream stream = new EventStream(context, times);
        open.add(stream);
        stream.closed().onComplete(over -> {
            open.remove(stream);
            count.decrementAndGet();
        });
        stream.begin(begin);
        if (stopping) {
            // Whoever stops may have looked before this one was there.
            stream.stop();
        }
        return Optional.empty();
    }

    /** Ends all of them, for good: an open stream is a request that would never be answered. */
    Future<Void> stop() {
        stopping = true;
        List<EventStream> left = List.copyOf(open);
        left.forEach(EventStream::stop);
        return Future.join(left.stream().map(EventStream::closed).toList()).mapEmpty();
    }
}
