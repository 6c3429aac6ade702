package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Texts;
import dev.continuo.definition.Fault;
import dev.continuo.definition.agents.AgentValidator;
import dev.continuo.engine.AgentDocuments;
import dev.continuo.engine.AgentStart;
import dev.continuo.expression.Pointer;
import dev.continuo.secret.SealedTexts;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.Agents;
import dev.continuo.webhook.CallbackUrl;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code workflow}: agents are run there (agents: Run an agent). */
final class RunRoutes {
    /** Of the header with which clients say that a request is the same as an earlier one (IETF: httpapi). */
    private static final String IDEMPOTENCY_KEY = "Idempotency-Key";

    private static final int MAX_KEY = 255;
    private static final int MAX_FAULTS = 20;

    private final Agents agents;
    private final dev.continuo.engine.Agents tasks;
    private final boolean privateCallbacks;

    /** @param privateCallbacks whether callbacks may go to addresses that are not public */
    RunRoutes(Agents agents, dev.continuo.engine.Agents tasks, boolean privateCallbacks) {
        this.agents = agents;
        this.tasks = tasks;
        this.privateCallbacks = privateCallbacks;
    }

    List<Endpoint> endpoints(String base) {
        String one = base + "/workflow/{agentId}";
        return List.of(Endpoint.post(one, this::run), Endpoint.get(one, this::schema));
    }

    private Future<Answer> run(Call call, ObjectNode body) {
        List<String> missing = AgentValidator.missing(body, List.of("input"));
        if (!missing.isEmpty()) {
            return Refusals.missing(missing).now();
        }
        List<Fault> faults = faults(body);
        Optional<String> key = call.header(IDEMPOTENCY_KEY);
        if (key.isPresent() && !Texts.fitting(key.get(), MAX_KEY)) {
            return Problem.badRequest(IDEMPOTENCY_KEY + Texts.rule(MAX_KEY)).now();
        }
        if (!faults.isEmpty()) {
            return Refusals.invalid(faults).now();
        }
        String namespace = call.principal().namespace();
        String agentId = call.path("agentId");
        return agents.revision(namespace, agentId).compose(revision -> {
            if (revision.isEmpty()) {
                return Refusals.noAgent().now();
            }
            AgentStart start = new AgentStart(
                    namespace,
                    agentId,
                    revision.get(),
                    withoutNulls((ObjectNode) body.path("input")),
                    callback(body),
                    call.principal().id(),
                    key);
            return tasks.start(start).compose(found -> found.map(task -> started(call, agentId, task))
                    .orElseGet(() -> Refusals.noAgent().now()));
        });
    }

    /** A removal that looked for the agent's tasks before this one was committed is seen now. */
    private Future<Answer> started(Call call, String agentId, AgentTask task) {
        Answer created = Answer.created(AgentDocuments.of(task));
        String namespace = call.principal().namespace();
        return agents.revision(namespace, agentId)
                .map(Optional::isPresent)
                // It runs: that the agent cannot be looked at now must not tell the caller otherwise.
                .otherwise(true)
                .compose(still -> still
                        ? created.now()
                        : tasks.remove(namespace, call.principal().id(), task.id())
                                .map(gone -> Refusals.noAgent()));
    }

    private List<Fault> faults(ObjectNode body) {
        JsonNode input = body.path("input");
        if (!input.isObject()) {
            return List.of(new Fault("/input", "must be an object"));
        }
        List<Fault> faults = new ArrayList<>();
        input.fieldNames().forEachRemaining(key -> {
            if (!Texts.fitting(key, MAX_KEY) && faults.size() < MAX_FAULTS) {
                String at = Pointer.ROOT.child("input").child(key).toString();
                faults.add(new Fault(
                        at, "must have a name that" + Texts.rule(MAX_KEY).replace(" must have", " has")));
            }
        });
        SealedTexts.in(input)
                .forEach(pointer -> faults.add(new Fault("/input" + pointer, "is refused: " + SealedTexts.REFUSAL)));
        JsonNode callback = body.path("callback");
        if (!callback.isMissingNode() && !callback.isNull() && !callback.isTextual()) {
            faults.add(new Fault("/callback", "must be a URL"));
        }
        callback(body).map(url -> CallbackUrl.check(url, privateCallbacks)).ifPresent(checked -> {
            if (checked instanceof CallbackUrl.Invalid(String reason)) {
                faults.add(new Fault("/callback", reason));
            }
        });
        return faults;
    }

    /** An empty one is none. */
    private static Optional<String> callback(ObjectNode body) {
        return Optional.ofNullable(body.path("callback").textValue()).filter(url -> !url.isBlank());
    }

    /** A null is an empty text, as it is among an agent's variables. */
    private static ObjectNode withoutNulls(ObjectNode input) {
        ObjectNode copy = input.objectNode();
        for (Map.Entry<String, JsonNode> each : input.properties()) {
            if (each.getValue().isNull()) {
                copy.put(each.getKey(), "");
            } else {
                copy.set(each.getKey(), each.getValue());
            }
        }
        return copy;
    }

    private Future<Answer> schema(Call call) {
        return agents.find(call.principal().namespace(), call.path("agentId"))
                .map(found -> found.map(agent -> Answer.ok(InputSchema.of(agent.document())))
                        .orElseGet(Refusals::noAgent));
    }
}
