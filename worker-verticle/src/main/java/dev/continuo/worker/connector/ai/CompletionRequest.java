package dev.continuo.worker.connector.ai;

import java.util.List;
import java.util.Optional;

/**
 * What a model is asked.
 *
 * @param model as the provider names it
 * @param apiKey in plain text; empty for the server's own
 * @param messages in order; at least one
 * @param tools that the model may ask to have called
 * @param jsonOutput the text must be one JSON value
 */
public record CompletionRequest(
        String model,
        Optional<String> apiKey,
        Optional<String> system,
        List<Message> messages,
        List<Tool> tools,
        Sampling sampling,
        boolean jsonOutput) {

    public CompletionRequest {
        messages = List.copyOf(messages);
        tools = List.copyOf(tools);
    }

    /** The same with other messages: the next step of a conversation. */
    public CompletionRequest withMessages(List<Message> changed) {
        return new CompletionRequest(model, apiKey, system, changed, tools, sampling, jsonOutput);
    }

    /** Without the key and what users wrote. */
    @Override
    public String toString() {
        return "CompletionRequest[model=" + model + ", messages=" + messages.size() + ", tools=" + tools.size() + "]";
    }
}
