package dev.continuo.store;

import java.util.List;
import java.util.function.Predicate;

/** What came of listing something page by page. */
public sealed interface Listed<T> {

    /** Rows of a list are counted only so far: counting all rows of a large tenant for every page would cost without end. */
    int MAX_TOTAL = 100_000;

    /** The payloads of one page together, in bytes: a page is held in memory as a whole. */
    long MAX_PAGE_BYTES = 32L << 20;

    /**
     * @param total the rows of all pages, counted up to {@link #MAX_TOTAL}
     */
    record Page<T>(long total, List<T> rows) implements Listed<T> {}

    /**
     * The rows of the page carry more than {@link #MAX_PAGE_BYTES}: smaller pages can be read.
     *
     * @param bytes what the page would carry
     */
    record TooLarge<T>(long bytes) implements Listed<T> {}

    /** The same list without what does not fit; the total of a page becomes what is left on it. */
    default Listed<T> filtered(Predicate<T> fits) {
        return switch (this) {
            case Page<T> page -> {
                List<T> left = page.rows().stream().filter(fits).toList();
                yield new Page<>(left.size(), left);
            }
            case TooLarge<T> tooLarge -> tooLarge;
        };
    }
}
