package dev.continuo.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Lease;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.ConnectorResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.Optional;

/** A claimed task on its way through this worker. Confined to the worker's event loop. */
final class Attempt {

    /** How an execution ends: by whichever comes first. */
    sealed interface Ending {
        record Result(ConnectorResult result) implements Ending {}

        /** The time limit is over. */
        record TimeUp() implements Ending {}

        /**
         * The lease is lost, or the worker stops: whatever the execution comes to, nobody may send it.
         *
         * @param why one line for the task's log
         */
        record Given(String why) implements Ending {}
    }

    final ClaimedTask task;
    final AttemptLog log;
    final Cancellation cancellation = new Cancellation();
    final long began = System.nanoTime();
    private final Promise<Ending> ending = Promise.promise();
    private Future<Void> flushing = Future.succeededFuture();
    /** Of the secrets that were put into the input: no result may give them away. */
    private Optional<Redactor> secrets = Optional.empty();

    private long leaseEnds;

    /** @param leasedAt {@link System#nanoTime} before the claim was sent: the lease is never thought to be longer */
    Attempt(ClaimedTask task, AttemptLog log, long leasedAt) {
        this.task = task;
        this.log = log;
        renewed(leasedAt);
    }

    /** This value was put into the input, and must not come out again. */
    void hide(String secret) {
        log.hide(secret);
        if (secrets.isEmpty()) {
            secrets = Optional.of(new Redactor());
        }
        secrets.get().hide(secret);
    }

    JsonNode redacted(JsonNode output) {
        return secrets.map(known -> known.redact(output)).orElse(output);
    }

    String redacted(String reason) {
        return secrets.map(known -> known.redact(reason)).orElse(reason);
    }

    Lease lease() {
        return new Lease(task.id(), task.fence());
    }

    Future<Ending> ending() {
        return ending.future();
    }

    boolean isOver() {
        return ending.future().isComplete();
    }

    void returned(ConnectorResult result) {
        ending.tryComplete(new Ending.Result(result));
    }

    void timeUp() {
        if (ending.tryComplete(new Ending.TimeUp())) {
            cancellation.cancel();
        }
    }

    /**
     * Ends an execution that still runs; one that has ended goes on with the report of its result.
     *
     * @param why one line for the task's log
     */
    void giveUp(String why) {
        if (ending.tryComplete(new Ending.Given(why))) {
            cancellation.cancel();
        }
    }

    /** @param leasedAt {@link System#nanoTime} before the renewal was asked for */
    void renewed(long leasedAt) {
        leaseEnds = leasedAt + task.lease().toNanos();
    }

    /** The lease is over for certain at this {@link System#nanoTime}, if nobody renewed it behind our back. */
    boolean leaseOver(long now) {
        return now - leaseEnds >= 0;
    }

    /** Completes when no lines are on their way to the store, so that later ones do not overtake them. */
    Future<Void> flushed() {
        return flushing;
    }

    void flushing(Future<Void> write) {
        flushing = write;
    }
}
