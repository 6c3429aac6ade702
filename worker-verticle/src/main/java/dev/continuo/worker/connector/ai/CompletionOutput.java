package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.TaskLog;

/** An answer as the output of a task. */
public final class CompletionOutput {
    private CompletionOutput() {}

    /** {@code {result, finishReason, model, promptTokens, completionTokens, tokenUsed}} */
    public static ObjectNode of(Completion completion) {
        return usage(
                JsonNodeFactory.instance
                        .objectNode()
                        .put("result", completion.text())
                        .put("finishReason", completion.finishReason().name())
                        .put("model", completion.model()),
                completion.usage());
    }

    static ObjectNode usage(ObjectNode output, Usage usage) {
        return output.put("promptTokens", usage.promptTokens())
                .put("completionTokens", usage.completionTokens())
                .put("tokenUsed", usage.total());
    }

    /** Tells in the log why an answer is not what it might be. */
    public static void remark(Completion completion, TaskLog log) {
        switch (completion.finishReason()) {
            case LENGTH -> log.warn("The answer was cut off at the limit of tokens");
            case CONTENT_FILTER -> log.warn("The provider refused to answer, or to go on");
            case STOP, TOOL_CALLS -> {
                // As one would expect.
            }
        }
    }
}
