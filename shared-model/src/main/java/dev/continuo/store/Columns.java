package dev.continuo.store;

import io.vertx.sqlclient.Tuple;
import java.lang.reflect.Array;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Turns a list of records into the arrays, one a column, that {@code unnest} makes rows of again. */
final class Columns<T> {
    private final List<T> rows;
    private final Tuple tuple = Tuple.tuple();

    Columns(List<T> rows) {
        this.rows = rows;
    }

    Columns<T> uuids(Function<T, UUID> column) {
        tuple.addArrayOfUUID(array(UUID.class, column));
        return this;
    }

    Columns<T> texts(Function<T, String> column) {
        tuple.addArrayOfString(array(String.class, column));
        return this;
    }

    Columns<T> ints(Function<T, Integer> column) {
        tuple.addArrayOfInteger(array(Integer.class, column));
        return this;
    }

    Columns<T> longs(Function<T, Long> column) {
        tuple.addArrayOfLong(array(Long.class, column));
        return this;
    }

    Columns<T> shorts(Function<T, Short> column) {
        tuple.addArrayOfShort(array(Short.class, column));
        return this;
    }

    Columns<T> flags(Function<T, Boolean> column) {
        tuple.addArrayOfBoolean(array(Boolean.class, column));
        return this;
    }

    Columns<T> times(Function<T, Optional<Instant>> column) {
        tuple.addArrayOfOffsetDateTime(array(
                OffsetDateTime.class, row -> column.apply(row).map(Columns::utc).orElse(null)));
        return this;
    }

    Tuple tuple() {
        return tuple;
    }

    static OffsetDateTime utc(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    @SuppressWarnings("unchecked")
    private <C> C[] array(Class<C> type, Function<T, C> column) {
        C[] array = (C[]) Array.newInstance(type, rows.size());
        for (int i = 0; i < array.length; i++) {
            array[i] = column.apply(rows.get(i));
        }
        return array;
    }
}
