package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A tool as its server describes it.
 *
 * @param description empty when there is none
 * @param inputSchema a JSON Schema
 */
public record McpTool(String name, String description, JsonNode inputSchema) {}
