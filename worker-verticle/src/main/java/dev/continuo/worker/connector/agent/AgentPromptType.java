package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.definition.agents.AgentCompiler;
import dev.continuo.model.Dialect;
import dev.continuo.worker.connector.Schemas;

/** AGENT_PROMPT: the prompt node of an agent. Its secrets are sealed with the agent, and opened by {@link LateText}. */
public final class AgentPromptType implements TaskType {
    private static final JsonNode FORMAL_PARAMS = Schemas.read(AgentPromptType.class, "agent-prompt.json");

    @Override
    public Dialect dialect() {
        return Dialect.AGENTS;
    }

    @Override
    public String name() {
        return AgentCompiler.PROMPT;
    }

    @Override
    public JsonNode formalParams() {
        return FORMAL_PARAMS.deepCopy();
    }
}
