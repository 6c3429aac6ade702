package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.Cancellation;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.ai.Completion;
import dev.continuo.worker.connector.ai.CompletionOutput;
import dev.continuo.worker.connector.ai.CompletionRequest;
import dev.continuo.worker.connector.ai.FinishReason;
import dev.continuo.worker.connector.ai.Message;
import dev.continuo.worker.connector.ai.ModelProvider;
import dev.continuo.worker.connector.ai.ProviderFailure;
import dev.continuo.worker.connector.ai.ToolCall;
import dev.continuo.worker.connector.ai.Usage;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;

/**
 * Asks a model, calls the tools that it asks for one after the other, and asks it again with their results, until it asks
 * for none. Bounded in steps, in calls and in the length of the conversation.
 */
final class ToolLoop {
    private static final int MAX_CALLS_OF_A_STEP = 32;
    private static final int MAX_CHARS = 2_000_000;
    private static final int SHOWN_ARGUMENTS = 200;
    private static final int SHOWN_RESULT = 300;

    /** What a step needs of the task. */
    record Surroundings(ModelProvider model, TaskLog log, Consumer<Integer> progress, Cancellation cancellation) {}

    private final Surroundings with;
    private final ToolBox box;
    private final int maxSteps;
    private final List<Message> messages;
    private Usage usage = Usage.NONE;
    private int steps;
    private int calls;
    private long chars;

    private ToolLoop(Surroundings with, ToolBox box, McpRequest request, List<Message> begin) {
        this.with = with;
        this.box = box;
        this.maxSteps = request.maxSteps();
        this.messages = new ArrayList<>(begin);
        this.chars = request.user().length();
    }

    /** Fails with {@link ProviderFailure} or with that of a server. */
    static Future<ConnectorResult> run(Surroundings with, ToolBox box, McpRequest request) {
        CompletionRequest first = request.first(box.tools());
        return new ToolLoop(with, box, request, first.messages()).step(first);
    }

    private Future<ConnectorResult> step(CompletionRequest request) {
        steps++;
        return with.model
                .complete(request.withMessages(messages), with.progress, with.cancellation)
                .compose(completion -> answered(request, completion));
    }

    private Future<ConnectorResult> answered(CompletionRequest request, Completion completion) {
        usage = usage.plus(completion.usage());
        if (completion.calls().isEmpty()) {
            return Future.succeededFuture(new ConnectorResult.Completed(output(completion)));
        }
        if (completion.finishReason() != FinishReason.TOOL_CALLS) {
            return given("The model was cut off (" + completion.finishReason() + ") while it asked for tools");
        }
        if (steps == maxSteps) {
            return given("The model asked for more tools after " + steps + (steps == 1 ? " step" : " steps")
                    + ", which is the node's maxSteps");
        }
        messages.add(new Message.Assistant(completion.text(), completion.calls()));
        chars += completion.text().length() + completion.calls().toString().length();
        return called(completion.calls().iterator(), 0)
                .compose(done -> chars > MAX_CHARS
                        ? given("The conversation with the model is longer than " + MAX_CHARS + " characters")
                        : step(request));
    }

    private static Future<ConnectorResult> given(String reason) {
        return Future.succeededFuture(ConnectorResult.Failed.forGood(reason));
    }

    private Future<Void> called(Iterator<ToolCall> rest, int before) {
        if (!rest.hasNext()) {
            return Future.succeededFuture();
        }
        ToolCall call = rest.next();
        Future<ToolBox.Outcome> outcome = before < MAX_CALLS_OF_A_STEP
                ? box.call(call)
                : Future.succeededFuture(
                        new ToolBox.Outcome("More than " + MAX_CALLS_OF_A_STEP + " calls at once", true));
        return outcome.onFailure(failure -> tell(call, "no answer")).compose(result -> {
            calls++;
            chars += result.text().length();
            tell(call, (result.isError() ? "error: " : "") + result.text());
            messages.add(new Message.ToolResult(call.id(), result.text(), result.isError()));
            return called(rest, before + 1);
        });
    }

    /** Masked as a whole before it is cut, so that no part of a secret is left. */
    private void tell(ToolCall call, String result) {
        with.log.info("Called " + call.name() + " "
                + shortened(with.log.redact(call.arguments().toString()), SHOWN_ARGUMENTS) + ": "
                + shortened(with.log.redact(result), SHOWN_RESULT));
    }

    private static String shortened(String text, int most) {
        String begin = text.substring(0, Math.min(text.length(), 4 * most));
        String flat = begin.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
        return flat.length() > most || begin.length() < text.length()
                ? flat.substring(0, Math.min(flat.length(), most)) + "…"
                : flat;
    }

    /** The last answer, with the tokens of all. */
    private JsonNode output(Completion last) {
        CompletionOutput.remark(last, with.log);
        return CompletionOutput.of(new Completion(last.text(), last.calls(), last.finishReason(), usage, last.model()))
                .put("steps", steps)
                .put("toolCalls", calls);
    }
}
