package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.ArrayList;
import java.util.List;

/**
 * What a tool gave.
 *
 * @param content as the server sent it: objects with a {@code type} (mcp: Tool Result)
 * @param structured the result as JSON; missing when the tool has no such
 * @param isError the tool was called and failed; the content tells why
 */
public record McpResult(ArrayNode content, JsonNode structured, boolean isError) {

    /** The content for who can read nothing but text. What is no text is named only. */
    public String text() {
        List<String> parts = new ArrayList<>();
        content.forEach(part -> parts.add(text(part)));
        String text = String.join("\n", parts);
        return text.isBlank() && !structured.isMissingNode() ? structured.toString() : text;
    }

    private static String text(JsonNode part) {
        JsonNode resource = part.path("resource");
        return switch (part.path("type").asText()) {
            case "text" -> part.path("text").asText();
            case "resource" ->
                resource.path("text").isTextual()
                        ? resource.path("text").textValue()
                        : named("resource " + resource.path("uri").asText(), resource);
            case "resource_link" -> named("link to " + part.path("uri").asText(), part);
            default -> named(part.path("type").asText(), part);
        };
    }

    private static String named(String what, JsonNode part) {
        String type = part.path("mimeType").asText();
        return "[" + (type.isEmpty() ? what : what + ", " + type) + "]";
    }
}
