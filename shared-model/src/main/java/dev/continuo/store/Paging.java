package dev.continuo.store;

/**
 * Which part of a list.
 *
 * @param offset rows to skip, from 0
 * @param size the most rows to give, from 1
 */
public record Paging(int offset, int size) {}
