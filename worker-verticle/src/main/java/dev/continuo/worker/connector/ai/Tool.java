package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * What a model may ask to have called.
 *
 * @param inputSchema a JSON Schema of type object
 */
public record Tool(String name, String description, JsonNode inputSchema) {}
