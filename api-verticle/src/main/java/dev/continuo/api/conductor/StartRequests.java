package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Call;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.QueryReader;
import dev.continuo.api.Texts;
import dev.continuo.engine.IdempotencyStrategy;
import dev.continuo.engine.StartSpec;
import dev.continuo.store.ExternalPayloads;
import dev.continuo.store.Json;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Reads what is to be started, from a body (conductor: StartWorkflowRequest) or from path, query and headers. */
final class StartRequests {
    private static final String EXTERNAL_INPUT = "externalInputPayloadStoragePath";
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_PRIORITY = 99;

    private final ExternalPayloads payloads;

    StartRequests(ExternalPayloads payloads) {
        this.payloads = payloads;
    }

    sealed interface Read {
        record Valid(StartSpec spec) implements Read {}

        record Faulty(Problem problem) implements Read {}
    }

    /** What the path says, which counts more than the body. */
    record Named(Optional<String> name, Optional<Integer> version) {
        static final Named NOT = new Named(Optional.empty(), Optional.empty());
    }

    /** Of a body that says everything. */
    Future<Read> of(Call call, ObjectNode body, Named named) {
        Fields fields = new Fields(body);
        Optional<ObjectNode> definition = fields.object("workflowDef");
        String name = named.name()
                .or(() -> fields.text("name"))
                .or(() -> definition.map(def -> def.path("name").asText("")).filter(text -> !text.isBlank()))
                .orElse("");
        if (name.isBlank()) {
            fields.flaw("name", "Workflow name cannot be null or empty");
        }
        Optional<Integer> version = named.version().or(() -> fields.number("version", Integer.MAX_VALUE));
        Optional<String> key = fields.text("idempotencyKey").or(() -> call.header("X-Idempotency-key"));
        IdempotencyStrategy strategy =
                fields.strategy(fields.text("idempotencyStrategy").or(() -> call.header("X-on-conflict")));
        Optional<String> path = fields.text(EXTERNAL_INPUT);
        ObjectNode attributes = Views.object();
        path.ifPresent(place -> attributes.put(EXTERNAL_INPUT, place));
        StartSpec spec = new StartSpec(
                ConductorApi.NAMESPACE,
                name,
                version,
                definition,
                fields.object("input").orElseGet(Views::object),
                fields.text("correlationId"),
                fields.number("priority", MAX_PRIORITY).orElse(0),
                fields.object("taskToDomain").orElseGet(Views::object),
                key,
                strategy,
                attributes,
                fields.text("createdBy").orElse(call.principal().id()),
                StartSpec.Identity.NEW);
        if (!fields.flaws.isEmpty()) {
            return Future.succeededFuture(new Read.Faulty(Problem.flawed("The request", fields.flaws)));
        }
        return path.isEmpty() ? Future.succeededFuture(new Read.Valid(spec)) : withInput(spec, path.get());
    }

    /** Of a body that is the input alone; the rest is in the path, the query and the headers. */
    Read ofInput(Call call, QueryReader query, ObjectNode input, Named named) {
        Optional<Integer> version = named.version().or(() -> query.number("version", 0, Integer.MAX_VALUE));
        Optional<String> correlationId = query.text("correlationId");
        int priority = query.number(0, 0, MAX_PRIORITY, "priority");
        IdempotencyStrategy strategy = call.header("X-on-conflict")
                .map(word -> strategy(word).orElseGet(() -> {
                    query.flaw("X-on-conflict", "X-on-conflict" + STRATEGY_RULE);
                    return IdempotencyStrategy.FAIL;
                }))
                .orElse(IdempotencyStrategy.FAIL);
        Optional<String> key = call.header("X-Idempotency-key");
        if (key.filter(text -> !Texts.fitting(text, MAX_TEXT)).isPresent()) {
            query.flaw("X-Idempotency-key", "X-Idempotency-key" + Texts.rule(MAX_TEXT));
        }
        if (!query.flaws().isEmpty()) {
            return new Read.Faulty(Problem.flawed("The query", query.flaws()));
        }
        return new Read.Valid(new StartSpec(
                ConductorApi.NAMESPACE,
                named.name().orElseThrow(),
                version,
                Optional.empty(),
                input,
                correlationId,
                priority,
                Views.object(),
                key,
                strategy,
                Views.object(),
                call.principal().id(),
                StartSpec.Identity.NEW));
    }

    private static final String STRATEGY_RULE = " must be FAIL, RETURN_EXISTING or FAIL_ON_RUNNING";

    private static Optional<IdempotencyStrategy> strategy(String word) {
        return Arrays.stream(IdempotencyStrategy.values())
                .filter(strategy -> strategy.name().equals(word))
                .findFirst();
    }

    /** An input that was left with this server is taken from there; what is sent along is put over it. */
    private Future<Read> withInput(StartSpec spec, String path) {
        Optional<UUID> place = ExternalPayloadRoutes.place(path);
        if (place.isEmpty()) {
            return Future.succeededFuture(missing(path));
        }
        return payloads.find(spec.namespace(), place.get()).map(found -> {
            if (found.isEmpty() || !(Json.read(found.get()) instanceof ObjectNode left)) {
                return missing(path);
            }
            left.setAll(spec.input());
            return new Read.Valid(new StartSpec(
                    spec.namespace(),
                    spec.name(),
                    spec.version(),
                    spec.definition(),
                    left,
                    spec.correlationId(),
                    spec.priority(),
                    spec.taskToDomain(),
                    spec.idempotencyKey(),
                    spec.strategy(),
                    spec.attributes(),
                    spec.by(),
                    spec.identity()));
        });
    }

    private static Read missing(String path) {
        return new Read.Faulty(Problem.badRequest("There is no input at the path '" + path + "'"));
    }

    /** Reads as the original does: null is absent, and a number may be written as text. */
    private static final class Fields {
        private final ObjectNode body;
        private final List<Flaw> flaws = new ArrayList<>();

        private Fields(ObjectNode body) {
            this.body = body;
        }

        private void flaw(String name, String message) {
            flaws.add(new Flaw.InBody("/" + name, message));
        }

        private Optional<String> text(String name) {
            JsonNode value = body.path(name);
            if (value.isNull() || value.isMissingNode()) {
                return Optional.empty();
            }
            String text = value.asText();
            if (text.isEmpty()) {
                return Optional.empty();
            }
            if (!value.isValueNode() || !Texts.fitting(text, MAX_TEXT)) {
                flaw(name, name + Texts.rule(MAX_TEXT));
                return Optional.empty();
            }
            return Optional.of(text);
        }

        private Optional<Integer> number(String name, int most) {
            JsonNode value = body.path(name);
            if (value.isNull() || value.isMissingNode()) {
                return Optional.empty();
            }
            String digits = value.asText();
            if (!digits.matches("[0-9]{1,10}") || Long.parseLong(digits) > most) {
                flaw(name, name + " must be a whole number from 0 to " + most);
                return Optional.empty();
            }
            return Optional.of(Integer.parseInt(digits));
        }

        private Optional<ObjectNode> object(String name) {
            JsonNode value = body.path(name);
            if (value instanceof ObjectNode object) {
                return Optional.of(object);
            }
            if (!value.isNull() && !value.isMissingNode()) {
                flaw(name, name + " must be an object");
            }
            return Optional.empty();
        }

        private IdempotencyStrategy strategy(Optional<String> word) {
            if (word.isEmpty()) {
                return IdempotencyStrategy.FAIL;
            }
            Optional<IdempotencyStrategy> strategy = StartRequests.strategy(word.get());
            if (strategy.isEmpty()) {
                flaw("idempotencyStrategy", "idempotencyStrategy" + STRATEGY_RULE);
            }
            return strategy.orElse(IdempotencyStrategy.FAIL);
        }
    }
}
