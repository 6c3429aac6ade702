package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.QueryReader;
import dev.continuo.engine.Runs;
import dev.continuo.engine.StartResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** Starts of runs, with and without waiting for them (conductor: Workflow, start and execute). */
final class WorkflowStartRoutes {
    private static final Set<String> CONSISTENCIES = Set.of("SYNCHRONOUS", "DURABLE", "REGION_DURABLE");
    private static final Set<String> NO_INPUT = Set.of("version", "correlationId", "priority");

    private final Runs runs;
    private final StartRequests requests;
    private final Executions executions;

    WorkflowStartRoutes(Runs runs, StartRequests requests, Executions executions) {
        this.runs = runs;
        this.requests = requests;
        this.executions = executions;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/workflow";
        String execute = all + "/execute/{name}";
        return List.of(
                Endpoint.post(all, this::start),
                Endpoint.optionalJson(HttpMethod.POST, all + "/{name}", this::startByName),
                Endpoint.optionalJson(HttpMethod.POST, all + "/start/{name}/{version}", this::startVersion),
                Endpoint.post(execute + "/{version}", this::execute),
                Endpoint.optionalJson(HttpMethod.POST, execute, this::executeAsApi),
                Endpoint.get(execute, this::executeByGet),
                Endpoint.get(execute + "/{version}", this::executeByGet));
    }

    private Future<Answer> start(Call call, ObjectNode body) {
        return requests.of(call, body, StartRequests.Named.NOT).compose(this::startedId);
    }

    private Future<Answer> startByName(Call call, JsonNode body) {
        return startInput(call, body, new StartRequests.Named(Optional.of(call.path("name")), Optional.empty()));
    }

    private Future<Answer> startVersion(Call call, JsonNode body) {
        QueryReader path = path(call);
        Optional<Integer> version = path.number("version", 0, Integer.MAX_VALUE);
        return path.then(
                () -> startInput(call, body, new StartRequests.Named(Optional.of(call.path("name")), version)));
    }

    private static QueryReader path(Call call) {
        return new QueryReader(parameter -> List.of(call.path(parameter)));
    }

    private Future<Answer> startInput(Call call, JsonNode body, StartRequests.Named named) {
        return input(body)
                .map(input -> startedId(requests.ofInput(call, call.query(), input, named)))
                .orElseGet(
                        () -> Problem.badRequest("The input must be an object").now());
    }

    private static Optional<ObjectNode> input(JsonNode body) {
        if (body.isMissingNode() || body.isNull()) {
            return Optional.of(Views.object());
        }
        return body instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
    }

    private Future<Answer> startedId(StartRequests.Read read) {
        return started(read, id -> Answer.text(id.toString()).now());
    }

    private Future<Answer> started(StartRequests.Read read, Function<UUID, Future<Answer>> then) {
        return switch (read) {
            case StartRequests.Read.Faulty(Problem problem) -> problem.now();
            case StartRequests.Read.Valid(var spec) -> runs.start(spec).compose(result -> answered(result, then));
        };
    }

    static Future<Answer> answered(StartResult result, Function<UUID, Future<Answer>> then) {
        return switch (result) {
            case StartResult.Started(UUID id, var run) -> then.apply(id);
            case StartResult.Existing(UUID id) -> then.apply(id);
            case StartResult.Missing(String message) -> Problem.of(404, message).now();
            case StartResult.Conflict(String message) ->
                Problem.of(409, message).now();
            case StartResult.Invalid(var violations) ->
                Problem.flawed(
                                "The definition",
                                violations.stream()
                                        .map(violation -> new Flaw.AtPath(
                                                "workflowDef." + violation.path(),
                                                violation.message(),
                                                violation.invalidValue()))
                                        .toList())
                        .now();
        };
    }

    private Future<Answer> execute(Call call, ObjectNode body) {
        QueryReader path = path(call);
        Optional<Integer> version = path.number("version", 0, Integer.MAX_VALUE).filter(number -> number > 0);
        QueryReader query = call.query();
        Executions.Wish wish = Executions.Wish.of(query);
        query.text("consistency")
                .filter(word -> !CONSISTENCIES.contains(word))
                .ifPresent(word -> query.flaw(
                        "consistency",
                        "consistency must be one of "
                                + CONSISTENCIES.stream().sorted().toList()));
        return path.then(() -> query.then(
                () -> requests.of(call, body, new StartRequests.Named(Optional.of(call.path("name")), version))
                        .compose(read -> started(read, id -> executions.answer(id, wish)))));
    }

    /** The body is the input, and the answer is the output alone (source: Orkes, execute as API). */
    private Future<Answer> executeAsApi(Call call, JsonNode body) {
        return input(body)
                .map(input -> executeInput(call, input, Optional.empty()))
                .orElseGet(
                        () -> Problem.badRequest("The input must be an object").now());
    }

    private Future<Answer> executeByGet(Call call) {
        ObjectNode input = Views.object();
        call.parameters().forEach((name, values) -> {
            if (!NO_INPUT.contains(name) && !Executions.Wish.NAMES.contains(name)) {
                if (values.size() == 1) {
                    input.put(name, values.getFirst());
                } else {
                    ArrayNode list = input.putArray(name);
                    values.forEach(list::add);
                }
            }
        });
        if (!call.has("version")) {
            return executeInput(call, input, Optional.empty());
        }
        QueryReader path = path(call);
        Optional<Integer> version = path.number("version", 0, Integer.MAX_VALUE);
        return path.then(() -> executeInput(call, input, version));
    }

    private Future<Answer> executeInput(Call call, ObjectNode input, Optional<Integer> version) {
        QueryReader asked = call.queryOrHeaders();
        Executions.Wish wish = Executions.Wish.of(asked);
        StartRequests.Named named = new StartRequests.Named(Optional.of(call.path("name")), version);
        return asked.then(() ->
                started(requests.ofInput(call, call.query(), input, named), id -> executions.answerAsApi(id, wish)));
    }
}
