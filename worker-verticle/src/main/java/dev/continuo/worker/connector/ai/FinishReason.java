package dev.continuo.worker.connector.ai;

/** Why a model stopped. */
public enum FinishReason {
    /** It was done, or came to a stop word. */
    STOP,
    /** It came to the limit of tokens. */
    LENGTH,
    /** It waits for the results of tools. */
    TOOL_CALLS,
    /** The provider refused the rest. */
    CONTENT_FILTER
}
