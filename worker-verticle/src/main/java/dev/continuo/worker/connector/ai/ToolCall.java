package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;

/** @param arguments an object */
public record ToolCall(String id, String name, JsonNode arguments) {}
