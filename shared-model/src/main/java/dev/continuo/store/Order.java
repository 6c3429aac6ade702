package dev.continuo.store;

import java.util.List;
import java.util.stream.Collectors;

/** The order of a list. The newest come first where the terms do not decide. */
public record Order(List<Term> terms) {
    public static final Order NEWEST_FIRST = new Order(List.of());

    public Order {
        terms = List.copyOf(terms);
    }

    /** A column that a list may be sorted by: only an enum's constants get into SQL. */
    public interface Column {
        String sql();
    }

    public record Term(Column column, boolean descending) {}

    String sql() {
        String leading = terms.stream()
                .map(term -> term.column().sql() + (term.descending() ? " DESC NULLS LAST, " : " ASC NULLS LAST, "))
                .collect(Collectors.joining());
        return leading + "id DESC";
    }
}
