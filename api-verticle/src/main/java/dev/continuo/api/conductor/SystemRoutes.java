package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** What a server says about itself (conductor: health, version, context.js). */
final class SystemRoutes {
    private static final int HEALTH_SECONDS = 2;

    private final Pool pool;
    private final String version;
    private final String context;

    SystemRoutes(Pool pool) {
        this.pool = pool;
        this.version = Optional.ofNullable(SystemRoutes.class.getPackage().getImplementationVersion())
                .orElse("not packaged");
        this.context = "window.conductor = " + flags() + ";\nwindow.authConfig = undefined;\n";
    }

    List<Endpoint> endpoints(String base) {
        return List.of(
                Endpoint.get("/health", this::health),
                Endpoint.get(base + "/health", this::health),
                Endpoint.get(base + "/version", call -> Answer.text(version).now()),
                Endpoint.get("/context.js", call -> new Answer.Text("text/javascript; charset=utf-8", context).now()));
    }

    /** Whether the store works. There is no list of results: {@code /health/ready} has one. */
    private Future<Answer> health(Call call) {
        return pool.query("SELECT 1")
                .execute()
                .timeout(HEALTH_SECONDS, TimeUnit.SECONDS)
                .map(rows -> true)
                .otherwise(false)
                .map(SystemRoutes::health);
    }

    private static Answer health(boolean healthy) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.putArray("healthResults");
        body.putArray("suppressedHealthResults");
        body.put("healthy", healthy);
        return new Answer.Json(healthy ? 200 : 503, body);
    }

    /** What the UI shows: the parts that this server serves. */
    private static ObjectNode flags() {
        ObjectNode flags = JsonNodeFactory.instance.objectNode();
        flags.put("ACCESS_MANAGEMENT", false);
        flags.put("RBAC", false);
        flags.put("COPY_TOKEN", false);
        flags.put("SCHEDULER", false);
        flags.put("TASK_VISIBILITY", "READ");
        flags.put("CREATOR_ENABLE_CREATOR", true);
        flags.put("CREATOR_ENABLE_REAFLOW_DIAGRAM", true);
        flags.put("TASK_INDEXING", true);
        flags.put("SHOW_EVENT_MONITOR", false);
        flags.put("ENABLE_DARK_MODE_TOGGLE", true);
        flags.put("TAG_VISIBILITY", false);
        flags.put("WORKFLOW_INTROSPECTION", false);
        flags.put("WORKFLOW_SUMMARIZE", false);
        flags.put("HUMAN_TASK", false);
        flags.put("INTEGRATIONS", false);
        flags.put("SECRETS", true);
        flags.put("WEBHOOKS", false);
        flags.put("SERVICE_REGISTRY", false);
        flags.put("REMOTE_SERVICES", false);
        flags.put("CONDUCTOR_INTEGRATIONS_AI_ENABLED", false);
        return flags;
    }
}
