package dev.continuo.search;

/** One term of the order in which a search answers. */
public record Sort(SearchField field, boolean descending) {}
