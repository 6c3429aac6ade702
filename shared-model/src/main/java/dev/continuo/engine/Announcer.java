package dev.continuo.engine;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.events.EventCodec;
import dev.continuo.events.EventPublisher;
import dev.continuo.events.WorkflowEvent;
import dev.continuo.model.Run;
import dev.continuo.store.Announced;
import dev.continuo.store.Announcements;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells Kafka the events that must not get lost: after the commit that wrote them, and again while they are there. Each is
 * told at least once, with the same id.
 */
final class Announcer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Announcer.class);
    private static final int MOST = 200;
    /** Leaves room for the headers. */
    private static final int MOST_BYTES = EventCodec.MAX_BYTES - (16 << 10);

    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    /** Longer than Kafka's client tries: what it still tries is not told twice. */
    private static final Duration LEFT_AFTER = Duration.ofSeconds(20);

    private final Vertx vertx;
    private final Context context;
    private final EventPublisher publisher;
    private final Announcements rows;
    private long timer = -1;

    Announcer(Vertx vertx, EventPublisher publisher, Pool pool) {
        this.vertx = vertx;
        this.context = ((VertxInternal) vertx).createEventLoopContext();
        this.publisher = publisher;
        this.rows = new Announcements(pool);
    }

    void start() {
        context.runOnContext(nothing -> timer = vertx.setPeriodic(LOOK_EVERY.toMillis(), id -> look()));
    }

    @Override
    public void close() {
        context.runOnContext(nothing -> vertx.cancelTimer(timer));
    }

    /** Any thread. */
    void announce(Run run, Effect.Announce announce) {
        context.runOnContext(nothing -> tell(List.of(new Announced(
                announce.id(),
                run.id(),
                announce.taskId(),
                run.origin().namespace(),
                announce.event(),
                announce.payload()))));
    }

    private void look() {
        rows.left(MOST, LEFT_AFTER)
                .onSuccess(this::tell)
                .onFailure(failure -> LOG.warn("Cannot look for events that were not told: {}", failure.getMessage()));
    }

    /** What Kafka would never take must not be tried for ever. */
    private static WorkflowEvent event(Announced one) {
        WorkflowEvent whole = with(one, one.payload());
        int bytes = EventCodec.encode(whole).length;
        return bytes <= MOST_BYTES
                ? whole
                : with(
                        one,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("payloadFault", "The payload has " + bytes + " bytes, more than " + MOST_BYTES));
    }

    private static WorkflowEvent with(Announced one, JsonNode payload) {
        return new WorkflowEvent(one.id(), one.event(), one.namespace(), one.runId(), one.taskId(), payload);
    }

    private void tell(List<Announced> all) {
        List<String> told = new ArrayList<>();
        List<Future<Void>> sent = new ArrayList<>();
        for (Announced one : all) {
            sent.add(publisher
                    .confirmed(event(one))
                    .onSuccess(done -> told.add(one.id()))
                    .onFailure(failure -> LOG.debug("The event {} is told again later", one.id(), failure)));
        }
        Future.join(sent).onComplete(over -> {
            if (!told.isEmpty()) {
                rows.told(told).onFailure(failure -> LOG.debug("{} events are told again", told.size(), failure));
            }
        });
    }
}
