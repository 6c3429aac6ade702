package dev.continuo.worker.connector.ai;

import java.util.List;

/**
 * A model's answer.
 *
 * @param calls of tools; empty unless the reason is {@link FinishReason#TOOL_CALLS}, or a limit cut the answer
 * @param model that answered, as the provider names it
 */
public record Completion(String text, List<ToolCall> calls, FinishReason finishReason, Usage usage, String model) {
    public Completion {
        calls = List.copyOf(calls);
    }
}
