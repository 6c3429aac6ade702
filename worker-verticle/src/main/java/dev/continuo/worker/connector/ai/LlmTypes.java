package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.ConductorType;

/** The LLM tasks of Conductor as definitions see them. */
public final class LlmTypes {
    private LlmTypes() {}

    public static final class TextComplete extends ConductorType {
        public static final String NAME = "LLM_TEXT_COMPLETE";

        public TextComplete() {
            super(NAME);
        }
    }

    public static final class ChatComplete extends ConductorType {
        public static final String NAME = "LLM_CHAT_COMPLETE";

        public ChatComplete() {
            super(NAME);
        }
    }

    public static final class GenerateEmbeddings extends ConductorType {
        public static final String NAME = "LLM_GENERATE_EMBEDDINGS";

        public GenerateEmbeddings() {
            super(NAME);
        }
    }
}
