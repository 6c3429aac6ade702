package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/** {@code workflow/bulk}: the same for many runs, each of which counts for itself (conductor: Workflow bulk). */
final class BulkRoutes {
    private static final int MOST = 1_000;
    private static final int AT_ONCE = 16;
    private static final String PROCESSED = "Bulk Request has been processed.";

    private final RunOperations operations;

    BulkRoutes(RunOperations operations) {
        this.operations = operations;
    }

    List<Endpoint> endpoints(String base) {
        String bulk = base + "/workflow/bulk";
        return List.of(
                Endpoint.json(HttpMethod.PUT, bulk + "/pause", this::pause),
                Endpoint.json(HttpMethod.PUT, bulk + "/resume", this::resume),
                Endpoint.json(HttpMethod.POST, bulk + "/restart", this::restart),
                Endpoint.json(HttpMethod.POST, bulk + "/retry", this::retry),
                Endpoint.json(HttpMethod.POST, bulk + "/terminate", this::terminate),
                Endpoint.json(HttpMethod.POST, bulk + "/delete", this::remove),
                Endpoint.json(HttpMethod.DELETE, bulk + "/remove", this::remove),
                Endpoint.json(HttpMethod.DELETE, bulk + "/terminate-remove", this::terminateAndRemove));
    }

    private Future<Answer> pause(Call call, JsonNode body) {
        return each(
                call.query(), body, id -> operations.pause(id, call.principal().id()));
    }

    private Future<Answer> resume(Call call, JsonNode body) {
        return each(
                call.query(), body, id -> operations.resume(id, call.principal().id()));
    }

    private Future<Answer> restart(Call call, JsonNode body) {
        QueryReader query = call.query();
        boolean latest = query.flag("useLatestDefinitions");
        return each(
                query,
                body,
                id -> operations.restart(id, latest, call.principal().id()));
    }

    private Future<Answer> retry(Call call, JsonNode body) {
        return each(
                call.query(),
                body,
                id -> operations.retry(id, false, call.principal().id()));
    }

    private Future<Answer> terminate(Call call, JsonNode body) {
        QueryReader query = call.query();
        Optional<String> reason = query.text("reason");
        boolean followUp = query.flag("triggerFailureWorkflow");
        return each(
                query,
                body,
                id -> operations.terminate(id, reason, call.principal().id(), followUp));
    }

    private Future<Answer> remove(Call call, JsonNode body) {
        return each(call.query(), body, operations::remove);
    }

    private Future<Answer> terminateAndRemove(Call call, JsonNode body) {
        QueryReader query = call.query();
        Optional<String> reason = query.text("reason");
        return each(
                query,
                body,
                id -> operations.terminateAndRemove(id, reason, call.principal().id()));
    }

    private static Future<Answer> each(
            QueryReader query, JsonNode body, Function<UUID, Future<Optional<Problem>>> operation) {
        List<String> ids = new ArrayList<>();
        boolean texts = body.isArray();
        for (JsonNode item : body) {
            texts = texts && item.isTextual();
            ids.add(item.asText());
        }
        if (!texts || ids.isEmpty()) {
            return Problem.badRequest("WorkflowIds list cannot be null or empty: a list of ids is expected")
                    .now();
        }
        if (ids.size() > MOST) {
            return Problem.badRequest(
                            "Cannot process more than %d workflows. Please use multiple requests.".formatted(MOST))
                    .now();
        }
        return query.then(() -> new Course(ids, operation).run().map(Answer::ok));
    }

    /** So many at once that the lanes are busy, and no more. For one event loop. */
    private static final class Course {
        private final Deque<String> waiting;
        private final List<String> ids;
        private final Function<UUID, Future<Optional<Problem>>> operation;
        private final Map<String, String> errors = new TreeMap<>();
        private final Promise<ObjectNode> done = Promise.promise();
        private int left;

        private Course(List<String> ids, Function<UUID, Future<Optional<Problem>>> operation) {
            this.ids = ids;
            this.waiting = new ArrayDeque<>(ids);
            this.operation = operation;
            this.left = ids.size();
        }

        private Future<ObjectNode> run() {
            for (int i = 0; i < AT_ONCE; i++) {
                next();
            }
            return done.future();
        }

        private void next() {
            String id = waiting.poll();
            if (id == null) {
                return;
            }
            Future<Optional<Problem>> one = Call.uuid(id)
                    .map(operation)
                    .orElseGet(() -> Future.succeededFuture(Optional.of(RunOperations.notFound(id))));
            one.onComplete(result -> {
                if (result.failed()) {
                    errors.put(id, result.cause().getMessage());
                } else {
                    result.result().ifPresent(problem -> errors.put(id, problem.detail()));
                }
                left--;
                if (left == 0) {
                    done.complete(view());
                } else {
                    next();
                }
            });
        }

        private ObjectNode view() {
            ObjectNode view = Views.object();
            ObjectNode failed = view.putObject("bulkErrorResults");
            errors.forEach(failed::put);
            ArrayNode successful = view.putArray("bulkSuccessfulResults");
            ids.stream().filter(id -> !errors.containsKey(id)).forEach(successful::add);
            return view.put("message", PROCESSED);
        }
    }
}
