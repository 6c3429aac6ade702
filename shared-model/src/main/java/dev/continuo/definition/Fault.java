package dev.continuo.definition;

/**
 * One thing that is wrong with a submitted document.
 *
 * @param pointer where: a JSON Pointer (RFC 6901) into the document
 * @param message what is wrong and what is allowed instead
 */
public record Fault(String pointer, String message) {}
