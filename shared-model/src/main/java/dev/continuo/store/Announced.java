package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.UUID;

/** An event that is to be told at least once. */
public record Announced(String id, UUID runId, UUID taskId, String namespace, String event, JsonNode payload) {}
