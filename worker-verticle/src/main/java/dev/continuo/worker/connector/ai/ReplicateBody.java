package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A request as language models on Replicate take it. Each model has an input of its own there; these are the names that
 * they have in common, and models pass over those that they do not know.
 */
final class ReplicateBody {
    private ReplicateBody() {}

    /** @throws ProviderFailure when the request needs what such models do not have */
    static ObjectNode of(CompletionRequest request) {
        if (!request.tools().isEmpty()) {
            throw ProviderFailure.forGood(ReplicateProvider.NAME + " has no tools");
        }
        Sampling sampling = request.sampling();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode input = body.putObject("input").put("prompt", prompt(request.messages()));
        JsonInstruction.system(request).ifPresent(system -> input.put("system_prompt", system));
        sampling.temperature().ifPresent(temperature -> input.put("temperature", temperature));
        sampling.topP().ifPresent(topP -> input.put("top_p", topP));
        // Some models have the one name, some the other.
        sampling.maxTokens().ifPresent(tokens -> input.put("max_tokens", tokens).put("max_new_tokens", tokens));
        if (!sampling.stopWords().isEmpty()) {
            input.put("stop_sequences", String.join(",", sampling.stopWords()));
        }
        return body.put("stream", true);
    }

    /** There is one prompt only: a conversation becomes a transcript, which the model goes on with. */
    private static String prompt(List<Message> messages) {
        if (messages.size() == 1 && messages.getFirst() instanceof Message.User(String text)) {
            return text;
        }
        return messages.stream().map(ReplicateBody::line).collect(Collectors.joining("\n\n")) + "\n\nAssistant:";
    }

    private static String line(Message message) {
        return switch (message) {
            case Message.User(String text) -> "User: " + text;
            case Message.Assistant(String text, List<ToolCall> calls) -> "Assistant: " + text;
            case Message.ToolResult(String callId, String text, boolean isError) -> "Tool: " + text;
        };
    }
}
