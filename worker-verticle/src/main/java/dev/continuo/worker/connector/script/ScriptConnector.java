package dev.continuo.worker.connector.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.script.ConsoleSink;
import dev.continuo.script.ScriptPool;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.PatientPool;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;

/** SCRIPT_EXECUTION: a stored function, evaluated in the script sandbox; its console is the task's log. */
public final class ScriptConnector implements Connector {
    private static final Set<String> OWN_MEMBERS = Set.of("_userType", "_scriptName");

    private final Vertx vertx;
    private final PatientPool pool;
    private final ScriptSource scripts;
    private final Duration limit;

    /** @param limit of one evaluation; an attempt's own time limit may be shorter */
    public ScriptConnector(Vertx vertx, ScriptPool pool, ScriptSource scripts, Duration limit) {
        this.vertx = vertx;
        this.pool = new PatientPool(vertx, pool);
        this.scripts = scripts;
        this.limit = limit;
    }

    @Override
    public String type() {
        return ScriptExecutionType.NAME;
    }

    @Override
    public Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        String userType = task.input().path("_userType").asText();
        String name = task.input().path("_scriptName").asText();
        return scripts.find(task.namespace(), userType, name)
                .compose(found -> found.map(source -> run(new Script.Function(source, name), task, log))
                        .orElseGet(() -> Future.succeededFuture(missing(userType, name, log))));
    }

    private static ConnectorResult missing(String userType, String name, TaskLog log) {
        String reason = log.redact(
                "There is no script \"" + name + "\" of the user type \"" + userType + "\" in the namespace");
        return ConnectorResult.Failed.forGood(reason);
    }

    private Future<ConnectorResult> run(Script script, ConnectorTask task, TaskLog log) {
        log.info("Running the script \"" + task.input().path("_scriptName").asText() + "\"");
        long began = System.nanoTime();
        return evaluated(script, task, log)
                .map(value -> {
                    log.info("The script returned after " + (System.nanoTime() - began) / 1_000_000 + " ms");
                    return completed(value);
                })
                .recover(failure -> failed(failure, log));
    }

    private Future<JsonNode> evaluated(Script script, ConnectorTask task, TaskLog log) {
        Context context = vertx.getOrCreateContext();
        // The sandbox calls on its own thread; lines arrive before the result does, as both take the same way.
        ConsoleSink console = (level, message) -> context.runOnContext(v -> write(level, message, log));
        Duration most = task.timeLimit().compareTo(limit) < 0 ? task.timeLimit() : limit;
        JsonNode arguments = Script.arguments(input(task.input()), ctx(task));
        return pool.evaluate(script, arguments, new PatientPool.Terms(console, most, task.cancellation()));
    }

    private static void write(ConsoleSink.Level level, String message, TaskLog log) {
        switch (level) {
            case DEBUG, INFO -> log.info(message);
            case WARN -> log.warn(message);
            case ERROR -> log.error(message);
        }
    }

    private static JsonNode input(JsonNode params) {
        if (params.has("_input")) {
            return params.path("_input");
        }
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        params.properties().stream()
                .filter(member -> !OWN_MEMBERS.contains(member.getKey()))
                .forEach(member -> input.set(member.getKey(), member.getValue()));
        return input;
    }

    private static ObjectNode ctx(ConnectorTask task) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("namespace", task.namespace())
                .put("runId", task.runId().toString())
                .put("taskId", task.id().toString())
                .put("attempt", task.attempt());
    }

    private static ConnectorResult completed(JsonNode value) {
        return new ConnectorResult.Completed(
                value.isObject() ? value : JsonNodeFactory.instance.objectNode().set("_result", value));
    }

    private static Future<ConnectorResult> failed(Throwable failure, TaskLog log) {
        Optional<ConnectorResult.Failed> known =
                switch (failure) {
                    case ScriptFailure script -> {
                        String reason = log.redact("The script failed: " + script.getMessage());
                        yield Optional.of(new ConnectorResult.Failed(
                                reason, JsonNodeFactory.instance.missingNode(), wish(script.kind())));
                    }
                    case RejectedExecutionException full ->
                        Optional.of(ConnectorResult.Failed.forNow("The script did not run: " + full.getMessage()));
                    default -> Optional.empty();
                };
        return known.<Future<ConnectorResult>>map(Future::succeededFuture)
                .orElseGet(() -> Future.failedFuture(failure));
    }

    private static RetryWish wish(ScriptFailure.Kind kind) {
        return switch (kind) {
            case SYNTAX, RESULT_TOO_LARGE, MEMORY -> new RetryWish.Never();
            case ERROR, TIMEOUT -> new RetryWish.ByPolicy();
        };
    }
}
