package dev.continuo.worker.connector.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;

/** Where an EVENT task sends its message (conductor: Event task). */
sealed interface Sink {
    String SUPPORTED = "conductor, conductor:name and kafka:topic";

    /** The name of what is sent, as the output has it. */
    String event();

    /** The engine's topic of events. */
    record Own(String event) implements Sink {}

    /** A topic of the user's. */
    record Topic(String event, String topic) implements Sink {}

    /**
     * @param ref the task's name in its run
     * @throws InvalidInput when there is no such sink
     */
    static Sink parse(JsonNode input, String ref) {
        JsonNode given = input.path("sink");
        if (!given.isTextual() || given.textValue().isBlank()) {
            throw new InvalidInput("the sink is missing; supported are " + SUPPORTED);
        }
        String sink = given.textValue().strip();
        int colon = sink.indexOf(':');
        String kind = colon < 0 ? sink : sink.substring(0, colon);
        String name = colon < 0 ? "" : sink.substring(colon + 1).strip();
        if (kind.equals("conductor")) {
            return new Own("conductor:" + input.path("workflowType").asText() + ":" + (name.isEmpty() ? ref : name));
        }
        if (kind.equals("kafka") && !name.isEmpty()) {
            return new Topic("kafka:" + name, name);
        }
        throw new InvalidInput("the sink " + sink + " is not supported; supported are " + SUPPORTED);
    }
}
