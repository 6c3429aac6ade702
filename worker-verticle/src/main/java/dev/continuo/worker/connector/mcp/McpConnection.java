package dev.continuo.worker.connector.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import java.util.List;

/**
 * A conversation with one MCP server. It begins with the first request, and begins again by itself when the server has
 * forgotten it. Used from one event loop only, where results arrive, too; requests go one after the other.
 *
 * <p>Everything fails with {@link McpFailure} alone.
 */
public interface McpConnection {

    /** All tools of the server, whatever the number of pages that it lists them on. */
    Future<List<McpTool>> tools();

    /** Calls a tool. That the tool itself failed is a result, too. */
    Future<McpResult> call(String name, ObjectNode arguments);

    /** Ends what is under way, and tells the server that nobody comes back, without waiting for it. */
    void close();
}
