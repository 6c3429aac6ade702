package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A call that a receiver of callbacks got.
 *
 * @param number of its message, from 1; the same for each attempt at one message
 * @param id of its message
 * @param verified whether its signature is that of who is trusted, for this very message
 * @param task as it was when the message was made
 */
public record Callback(int number, String id, boolean verified, JsonNode task) {
    public String status() {
        return task.path("status").asText();
    }
}
