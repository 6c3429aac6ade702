package dev.continuo.store;

import java.util.List;

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
}
