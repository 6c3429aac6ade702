package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import dev.continuo.worker.connector.ConnectorResult.Failed;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import io.vertx.core.Future;
import java.time.InstantSource;

/** What the LLM tasks of Conductor do alike: they ask, tell how it goes, and make an output of the answer. */
abstract class LlmConnector implements Connector {
    final Providers providers;
    private final InstantSource clock;

    LlmConnector(Providers providers, InstantSource clock) {
        this.providers = providers;
        this.clock = clock;
    }

    /** May throw {@link InvalidInput}, or fail with {@link ProviderFailure}. */
    abstract Future<ConnectorResult> answered(ConnectorTask task, TaskLog log);

    @Override
    public final Future<ConnectorResult> execute(ConnectorTask task, TaskLog log) {
        try {
            return answered(task, log).recover(failure -> failed(failure, log));
        } catch (InvalidInput e) {
            return failed(e, log);
        }
    }

    private static Future<ConnectorResult> failed(Throwable failure, TaskLog log) {
        return switch (failure) {
            case ProviderFailure refused -> Future.succeededFuture(refused.asResult());
            case InvalidInput invalid -> Future.succeededFuture(Failed.forGood(log.redact(invalid.getMessage())));
            default -> Future.failedFuture(failure);
        };
    }

    final Future<Completion> ask(LlmInput input, CompletionRequest request, ConnectorTask task, TaskLog log) {
        log.info("Asking " + input.provider().name() + " for " + input.model());
        return input.provider()
                .complete(request, new Progress(log, clock), task.cancellation())
                .onSuccess(completion -> CompletionOutput.remark(completion, log));
    }

    /** With the answer parsed where JSON was asked for; a text that is none is kept with the failure. */
    static ConnectorResult result(Completion completion, boolean jsonOutput, ObjectNode output) {
        if (!jsonOutput || !completion.calls().isEmpty()) {
            return new ConnectorResult.Completed(output);
        }
        return switch (JsonAnswer.read(completion.text())) {
            case JsonAnswer.Json(JsonNode value) -> new ConnectorResult.Completed(output.set("result", value));
            case JsonAnswer.NoJson(String why) ->
                new Failed("The model's answer is not JSON: " + why, output, new RetryWish.ByPolicy());
        };
    }
}
