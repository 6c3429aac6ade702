package dev.continuo.worker.connector.ai;

import java.util.List;

/** One message of a conversation with a model. */
public sealed interface Message {

    record User(String text) implements Message {}

    /** What the model said, and which tools it asked for. */
    record Assistant(String text, List<ToolCall> calls) implements Message {
        public Assistant {
            calls = List.copyOf(calls);
        }
    }

    /**
     * What a tool gave. All results of one assistant's message follow it before anybody else speaks.
     *
     * @param callId {@link ToolCall#id()}
     */
    record ToolResult(String callId, String text, boolean isError) implements Message {}
}
