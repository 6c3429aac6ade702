package dev.continuo.worker.connector.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;

/** An answer as it grows. */
final class AnswerBuilder {
    /** More than any model asks for at once. */
    private static final int MAX_CALLS = 1_000;

    private final String provider;
    private final Consumer<Integer> progress;
    private final StringBuilder text = new StringBuilder();
    private final TreeMap<Integer, CallBuilder> calls = new TreeMap<>();
    private Optional<FinishReason> finishReason = Optional.empty();
    private String model;
    private long promptTokens;
    private long completionTokens;

    AnswerBuilder(String provider, String model, Consumer<Integer> progress) {
        this.provider = provider;
        this.model = model;
        this.progress = progress;
    }

    void text(String piece) {
        if (!piece.isEmpty()) {
            text.append(piece);
            progress.accept(text.length());
        }
    }

    /** @param index of the call among the answer's parts */
    CallBuilder call(int index) {
        if (calls.size() >= MAX_CALLS && !calls.containsKey(index)) {
            throw ProviderFailure.forNow(provider + " asked for more than " + MAX_CALLS + " tool calls at once");
        }
        return calls.computeIfAbsent(index, at -> new CallBuilder());
    }

    /** The next piece of a call's arguments, which are the text of a JSON object; nothing for a part that is no call. */
    void argumentsOf(int index, String piece) {
        Optional.ofNullable(calls.get(index)).ifPresent(call -> call.more(piece));
    }

    void finished(FinishReason reason) {
        finishReason = Optional.of(reason);
    }

    void model(String answering) {
        if (!answering.isEmpty()) {
            model = answering;
        }
    }

    void promptTokens(long tokens) {
        promptTokens = tokens;
    }

    void completionTokens(long tokens) {
        completionTokens = tokens;
    }

    /** @throws ProviderFailure when the answer is not whole */
    Completion built() {
        FinishReason reason = finishReason.orElseThrow(
                () -> ProviderFailure.forNow(provider + " ended its answer before it was complete"));
        List<ToolCall> built = new ArrayList<>();
        for (CallBuilder call : calls.values()) {
            Optional<ToolCall> whole = call.built();
            if (whole.isEmpty() && reason != FinishReason.LENGTH) {
                throw ProviderFailure.forNow(provider + " called the tool "
                        + ApiComplaint.shown(call.name(), Optional.empty())
                        + " with arguments that are no JSON object");
            }
            whole.ifPresent(built::add);
        }
        return new Completion(
                text.toString(),
                built,
                reason == FinishReason.STOP && !built.isEmpty() ? FinishReason.TOOL_CALLS : reason,
                new Usage(promptTokens, completionTokens),
                model);
    }
}
