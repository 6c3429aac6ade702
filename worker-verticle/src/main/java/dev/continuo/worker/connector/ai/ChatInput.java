package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * The conversation of an LLM_CHAT_COMPLETE: {@code instructions} and {@code messages}, each {@code {role, message}} with
 * the role user, human, assistant, system, tool_call or tool (conductor: AI tasks; Orkes: LLM Chat Complete).
 */
record ChatInput(Optional<String> system, List<Message> messages, ChatTools tools) {

    /** @throws InvalidInput when it makes no sense */
    static ChatInput parse(JsonNode input) {
        List<String> system = new ArrayList<>();
        List<Message> messages = new ArrayList<>();
        LlmInput.optional(input.path("instructions"))
                .map(text -> PromptVariables.putInto(text, input.path("promptVariables")))
                .ifPresent(system::add);
        JsonNode given = input.path("messages");
        if (!given.isMissingNode() && !given.isNull() && !given.isArray()) {
            throw new InvalidInput("messages must be a list");
        }
        for (int i = 0; i < given.size(); i++) {
            add(given.get(i), "messages[" + i + "]", system, messages);
        }
        if (messages.isEmpty()) {
            // Models answer somebody: instructions alone are what is asked.
            system.stream()
                    .reduce((one, other) -> one + "\n\n" + other)
                    .map(Message.User::new)
                    .ifPresent(messages::add);
            system.clear();
        }
        if (messages.isEmpty()) {
            throw new InvalidInput("messages or instructions are required");
        }
        return new ChatInput(
                system.isEmpty() ? Optional.empty() : Optional.of(String.join("\n\n", system)),
                messages,
                ChatTools.parse(input.path("tools")));
    }

    private static void add(JsonNode given, String at, List<String> system, List<Message> messages) {
        if (given.path("media").size() > 0) {
            throw new InvalidInput(at + ".media is not supported");
        }
        String role = given.path("role").asText("").strip().toLowerCase(Locale.ROOT);
        Optional<String> text = LlmInput.optional(given.path("message"));
        switch (role) {
            case "user", "human" -> messages.add(new Message.User(required(text, at)));
            case "system" -> system.add(required(text, at));
            case "assistant" -> messages.add(new Message.Assistant(text.orElse(""), ChatTools.calls(given, at)));
            case "tool_call" -> messages.add(new Message.Assistant(text.orElse(""), someCalls(given, at)));
            case "tool" -> messages.addAll(ChatTools.results(given, at));
            default ->
                throw new InvalidInput(at + ".role must be one of user, human, assistant, system, tool_call and tool");
        }
    }

    private static String required(Optional<String> text, String at) {
        return text.orElseThrow(() -> new InvalidInput(at + ".message is required"));
    }

    private static List<ToolCall> someCalls(JsonNode given, String at) {
        List<ToolCall> calls = ChatTools.calls(given, at);
        if (calls.isEmpty()) {
            throw new InvalidInput(at + ".toolCalls is required");
        }
        return calls;
    }
}
