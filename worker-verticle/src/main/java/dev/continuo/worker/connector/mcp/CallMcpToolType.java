package dev.continuo.worker.connector.mcp;

import dev.continuo.worker.connector.ConductorType;

/** CALL_MCP_TOOL as definitions see it: one call of a tool of an MCP server. */
public final class CallMcpToolType extends ConductorType {
    public static final String NAME = "CALL_MCP_TOOL";

    public CallMcpToolType() {
        super(NAME);
    }
}
