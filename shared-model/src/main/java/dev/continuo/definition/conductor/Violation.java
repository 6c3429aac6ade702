package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * One thing that is wrong with a submitted document, as the dialect's users know it (conductor: validationErrors).
 *
 * @param path where, such as {@code tasks[2].decisionCases.a[0].name}; empty for the document
 * @param message what is wrong and what is allowed instead
 * @param invalidValue what stands there: null for nothing or for what is too large to be shown
 */
public record Violation(String path, String message, JsonNode invalidValue) {}
