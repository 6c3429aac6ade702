package dev.continuo.search;

/** What became of a text. */
public sealed interface Parsed<T> {
    record Good<T>(T value) implements Parsed<T> {}

    /** @param message what is wrong and where, for whoever wrote the text */
    record Bad<T>(String message) implements Parsed<T> {}
}
