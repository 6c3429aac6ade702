package dev.continuo.worker.connector.mcp;

import dev.continuo.worker.connector.ConductorType;

/** LIST_MCP_TOOLS as definitions see it: which tools an MCP server has. */
public final class ListMcpToolsType extends ConductorType {
    public static final String NAME = "LIST_MCP_TOOLS";

    public ListMcpToolsType() {
        super(NAME);
    }
}
