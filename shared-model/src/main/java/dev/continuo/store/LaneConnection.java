package dev.continuo.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.internal.VertxInternal;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedStatement;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A lane's own connection. Its statements are prepared once, and a whole round trip of them is sent without waiting in
 * between. Used by the lane's thread alone, which may block.
 */
final class LaneConnection implements AutoCloseable {
    /** One statement of a round trip; an empty tuple with no parameters for a command such as BEGIN. */
    record Call(String sql, Tuple arguments) {
        static Call command(String sql) {
            return new Call(sql, null);
        }
    }

    private final Context context;
    private final PgConnection connection;
    private final Duration limit;
    private final Map<String, PreparedStatement> prepared = new HashMap<>();
    private volatile boolean lost;

    private LaneConnection(Context context, PgConnection connection, Duration limit) {
        this.context = context;
        this.connection = connection;
        this.limit = limit;
        connection.closeHandler(nothing -> lost = true);
    }

    /** True when Postgres or the network has ended the connection: nothing that is sent now would get anywhere. */
    boolean lost() {
        return lost;
    }

    /** Throws {@link StoreUnavailable} when there is no connection to be had within the limit. */
    static LaneConnection open(Vertx vertx, PgConnectOptions options, Duration limit) {
        Context context = ((VertxInternal) vertx).createEventLoopContext();
        PgConnection connection = await(context, limit, () -> PgConnection.connect(vertx, options));
        return new LaneConnection(context, connection, limit);
    }

    /** The results in the order of the calls. Throws {@link StoreUnavailable}, or the first call's Postgres error. */
    List<RowSet<Row>> roundTrip(List<Call> calls) {
        for (Call call : calls) {
            if (call.arguments() != null && !prepared.containsKey(call.sql())) {
                prepared.put(call.sql(), await(context, limit, () -> connection.prepare(call.sql())));
            }
        }
        return await(context, limit, () -> {
            List<Future<RowSet<Row>>> results = new ArrayList<>(calls.size());
            for (Call call : calls) {
                results.add(
                        call.arguments() == null
                                ? connection.query(call.sql()).execute()
                                : prepared.get(call.sql()).query().execute(call.arguments()));
            }
            return Future.join(results).map(all -> all.<RowSet<Row>>list()).recover(e -> firstFailure(results));
        });
    }

    private static Future<List<RowSet<Row>>> firstFailure(List<Future<RowSet<Row>>> results) {
        return results.stream()
                .filter(Future::failed)
                .findFirst()
                .map(failed -> Future.<List<RowSet<Row>>>failedFuture(failed.cause()))
                .orElseThrow();
    }

    private static <T> T await(Context context, Duration limit, java.util.function.Supplier<Future<T>> work) {
        CompletableFuture<T> done = new CompletableFuture<>();
        context.runOnContext(nothing -> {
            try {
                work.get().onComplete(result -> {
                    if (result.succeeded()) {
                        done.complete(result.result());
                    } else {
                        done.completeExceptionally(result.cause());
                    }
                });
            } catch (RuntimeException e) {
                done.completeExceptionally(e);
            }
        });
        try {
            return done.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new StoreUnavailable("Postgres did not answer within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailable("Interrupted while waiting for Postgres", e);
        } catch (ExecutionException e) {
            throw PgErrors.translate(e.getCause());
        }
    }

    @Override
    public void close() {
        connection.close();
    }
}
