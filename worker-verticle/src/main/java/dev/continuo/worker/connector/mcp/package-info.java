/**
 * A client of MCP servers (Model Context Protocol) over streamable HTTP, and Conductor's task types LIST_MCP_TOOLS and
 * CALL_MCP_TOOL.
 *
 * <p>The messages and the order in which they are exchanged are the official library's. What it sends them with is our
 * own, on Vert.x's HTTP client: an answer is cut off at its limit of bytes and of time, a failure tells the status and
 * what the server said, and there are no threads but the event loop.
 */
package dev.continuo.worker.connector.mcp;
