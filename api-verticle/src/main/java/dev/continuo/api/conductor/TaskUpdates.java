package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Problem;
import dev.continuo.decide.Outcome;
import dev.continuo.store.Committer;
import dev.continuo.store.ExternalPayloads;
import dev.continuo.store.Json;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Brings what is said about tasks to the engine. */
final class TaskUpdates {
    private final Committer committer;
    private final ExternalPayloads payloads;

    TaskUpdates(Committer committer, ExternalPayloads payloads) {
        this.committer = committer;
        this.payloads = payloads;
    }

    sealed interface Updated {
        record Done(Outcome.Accepted outcome) implements Updated {}

        /** The task, or its run, is over: what was said changes nothing (conductor: update of a terminal task). */
        record Dropped() implements Updated {}

        record Refused(Problem problem) implements Updated {}
    }

    Future<Updated> apply(TaskResult result, String by) {
        return inlined(result)
                .compose(whole -> committer.submit(whole.command(by)))
                .map(reply -> switch (reply) {
                    case Reply.Done(Outcome.Accepted outcome) -> new Updated.Done(outcome);
                    case Reply.Refused(Outcome.Rejected rejected) -> refused(rejected, result.taskId());
                    case Reply.Existing existing -> throw new IllegalStateException("Not a start: " + result.taskId());
                });
    }

    /** Applies it, and answers so unless it is refused. */
    Future<Answer> answered(TaskResult result, String by, Function<Updated, Future<Answer>> answer) {
        return apply(result, by)
                .compose(updated ->
                        updated instanceof Updated.Refused(Problem problem) ? problem.now() : answer.apply(updated));
    }

    private static Updated refused(Outcome.Rejected rejected, UUID taskId) {
        return switch (rejected.code()) {
            case STALE -> new Updated.Dropped();
            case NOT_FOUND -> new Updated.Refused(notFound(taskId));
            case CONFLICT -> new Updated.Refused(Problem.of(409, rejected.message()));
        };
    }

    static Problem notFound(UUID taskId) {
        return Problem.of(404, "Task not found for taskId: " + taskId);
    }

    /** An output that was left with this server is taken from there, so that later tasks can refer to its members. */
    private Future<TaskResult> inlined(TaskResult result) {
        Optional<UUID> id = result.storagePath().flatMap(ExternalPayloadRoutes::place);
        if (id.isEmpty()) {
            return Future.succeededFuture(result);
        }
        return payloads.find(ConductorApi.NAMESPACE, id.get()).map(found -> found.map(Json::read)
                .filter(JsonNode::isObject)
                .map(content -> result.withOutput((ObjectNode) content))
                .orElse(result));
    }
}
