package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.InstantSource;

/**
 * LLM_CHAT_COMPLETE: a conversation's next message, or the tools that the model wants to have called. The output is that of
 * LLM_TEXT_COMPLETE, and {@code toolCalls} where there are some.
 */
public final class ChatCompleteConnector extends LlmConnector {
    public ChatCompleteConnector(Providers providers, InstantSource clock) {
        super(providers, clock);
    }

    @Override
    public String type() {
        return LlmTypes.ChatComplete.NAME;
    }

    @Override
    Future<ConnectorResult> answered(ConnectorTask task, TaskLog log) {
        JsonNode input = task.input();
        LlmInput common = LlmInput.parse(input, providers, log);
        ChatInput chat = ChatInput.parse(input);
        CompletionRequest request = new CompletionRequest(
                common.model(),
                common.apiKey(),
                chat.system(),
                chat.messages(),
                chat.tools().specs(),
                common.sampling(),
                common.jsonOutput());
        return ask(common, request, task, log).map(completion -> {
            ObjectNode output = CompletionOutput.of(completion);
            if (!completion.calls().isEmpty()) {
                output.set("toolCalls", chat.tools().shown(completion.calls()));
            }
            return result(completion, common.jsonOutput(), output);
        });
    }
}
