package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.model.Dialect;
import dev.continuo.worker.connector.Schemas;

/** AGENT_MCP: the mcp node of an agent. Its secrets are sealed with the agent, and opened by {@link LateText}. */
public final class AgentMcpType implements TaskType {
    public static final String NAME = "AGENT_MCP";

    private static final JsonNode FORMAL_PARAMS = Schemas.read(AgentMcpType.class, "agent-mcp.json");

    @Override
    public Dialect dialect() {
        return Dialect.AGENTS;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public JsonNode formalParams() {
        return FORMAL_PARAMS.deepCopy();
    }
}
