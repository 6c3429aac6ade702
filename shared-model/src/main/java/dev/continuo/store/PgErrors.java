package dev.continuo.store;

import io.vertx.pgclient.PgException;
import java.util.Set;

/** What an error of Postgres, or of the way to it, means for a batch. */
final class PgErrors {
    /** Serialization failure, deadlock, lock not available: the same batch may succeed now. */
    private static final Set<String> TRANSIENT = Set.of("40001", "40P01", "55P03");

    /** A statement timeout: one heavy command may be the cause, which its neighbours must not pay for. */
    private static final String QUERY_CANCELED = "57014";

    private PgErrors() {}

    /** True for errors that say nothing about the command, but that Postgres could not do it in time. */
    static boolean mayPassLater(RuntimeException error) {
        return mayPassNow(error) || (error instanceof PgException pg && QUERY_CANCELED.equals(pg.getSqlState()));
    }

    static boolean mayPassNow(RuntimeException error) {
        return error instanceof PgException pg && TRANSIENT.contains(pg.getSqlState());
    }

    static boolean duplicate(RuntimeException error) {
        return error instanceof PgException pg && "23505".equals(pg.getSqlState());
    }

    /** An error of the data stays what it is; everything that says that Postgres is away becomes one exception. */
    static RuntimeException translate(Throwable error) {
        if (error instanceof PgException pg && !away(pg.getSqlState())) {
            return pg;
        }
        if (error instanceof Error fatal) {
            throw fatal;
        }
        return new StoreUnavailable("Postgres is not available: " + error.getMessage(), error);
    }

    /** Class 57 (operator intervention: shutdown, starting up), 53 (insufficient resources), 08 (connection), 25006. */
    private static boolean away(String state) {
        return state == null
                || (state.startsWith("57") && !state.equals(QUERY_CANCELED))
                || state.startsWith("53")
                || state.startsWith("08")
                || state.equals("25006");
    }
}
