package dev.continuo.worker.connector.mcp;

import java.time.Duration;

/**
 * Limits of what is exchanged with one MCP server.
 *
 * @param connect until there is a connection
 * @param answer until the whole answer to a message is there, other than to a call of a tool
 * @param call until the result of a tool is there
 * @param maxBytes of everything that the server answers to one call, or to one listing with all its pages
 * @param maxTools that one server may list
 * @param maxPages on which it may list them
 * @param longestRetryAfter cap on what a server may ask for in {@code Retry-After}
 */
public record McpSettings(
        Duration connect,
        Duration answer,
        Duration call,
        int maxBytes,
        int maxTools,
        int maxPages,
        Duration longestRetryAfter) {

    public static final McpSettings DEFAULTS = new McpSettings(
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofSeconds(120),
            4 << 20,
            1_000,
            100,
            Duration.ofHours(1));

    public McpSettings {
        if (!connect.isPositive() || !answer.isPositive() || !call.isPositive() || longestRetryAfter.isNegative()) {
            throw new IllegalArgumentException("the times of an MCP client are positive");
        }
        if (maxBytes < 1 || maxTools < 1 || maxPages < 1) {
            throw new IllegalArgumentException("the limits of an MCP client are positive");
        }
    }
}
