package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.api.agents.AgentCheck.Checked;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.engine.AgentRemovals;
import dev.continuo.store.Agents;
import dev.continuo.store.Agents.Agent;
import dev.continuo.store.Agents.Written;
import dev.continuo.store.Listed;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** {@code agent}: the agents of the caller's namespace (agents: Agent). */
final class AgentRoutes {
    /** How often an update is tried that others get ahead of. */
    private static final int TRIES = 5;

    private static final int MAX_WORDS = 20;

    private final Agents agents;
    private final AgentCheck check;
    private final AgentRemovals removals;
    private final Blocking blocking;

    AgentRoutes(Agents agents, AgentCheck check, AgentRemovals removals, Blocking blocking) {
        this.agents = agents;
        this.check = check;
        this.removals = removals;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/agent";
        String one = all + "/{id}";
        return List.of(
                Endpoint.get(all, call -> list(call, all)),
                Endpoint.post(all, this::create),
                Endpoint.get(one, this::get),
                Endpoint.post(one, (call, body) -> update(call, body, TRIES)),
                Endpoint.delete(one, this::delete));
    }

    private Future<Answer> list(Call call, String path) {
        QueryReader query = call.query();
        Optional<String> phrase = query.text("query");
        Optional<String> after = query.text("after");
        int limit = query.number(Links.DEFAULT_LIMIT, 1, Links.MAX_LIMIT, "limit");
        String namespace = call.principal().namespace();
        return query.then(() -> phrase.isPresent()
                ? agents.search(namespace, phrase.get().strip(), words(phrase.get()))
                        .compose(found -> views(found, Agents.MAX_FOUND))
                : agents.list(namespace, after, limit + 1)
                        .compose(found -> views(found, limit).map(answer -> linked(answer, found, call, path, limit))));
    }

    private static List<String> words(String phrase) {
        return Arrays.stream(phrase.strip().split("\\s+"))
                .distinct()
                .limit(MAX_WORDS)
                .toList();
    }

    private Future<Answer> views(Listed<Agent> listed, int limit) {
        return switch (listed) {
            case Listed.TooLarge<Agent> tooLarge -> Refusals.tooLarge(tooLarge).now();
            case Listed.Page<Agent>(long total, List<Agent> rows) ->
                blocking.call(() -> {
                    ArrayNode list = JsonNodeFactory.instance.arrayNode();
                    rows.stream().limit(limit).forEach(agent -> list.add(view(agent)));
                    return Answer.ok(list);
                });
        };
    }

    private static Answer linked(Answer answer, Listed<Agent> listed, Call call, String path, int limit) {
        return listed instanceof Listed.Page<Agent>(long total, List<Agent> rows) && rows.size() > limit
                ? Links.next(answer, call, path, "after", rows.get(limit - 1).id())
                : answer;
    }

    private Future<Answer> create(Call call, ObjectNode body) {
        String namespace = call.principal().namespace();
        return blocking.call(() -> check.ofNew(body, namespace)).compose(checked -> switch (checked) {
            case Checked.Faulty(Problem problem) -> problem.now();
            case Checked.Valid(ObjectNode document) ->
                agents.insert(namespace, document, call.principal().id()).compose(written -> switch (written) {
                    case Written.Stored(Agent agent) ->
                        Answer.created(view(agent)).now();
                    case Written.Duplicate(String member) ->
                        Refusals.duplicate(member).now();
                    case Written.Changed changed ->
                        Future.failedFuture(new IllegalStateException("An agent was inserted and is not there"));
                });
        });
    }

    private Future<Answer> get(Call call) {
        return agents.find(call.principal().namespace(), call.path("id"))
                .map(found -> found.map(agent -> Answer.ok(view(agent))).orElseGet(Refusals::noAgent));
    }

    /** Whoever writes last has written: what others wrote meanwhile is read again for the secrets alone. */
    private Future<Answer> update(Call call, ObjectNode body, int tries) {
        return agents.find(call.principal().namespace(), call.path("id"))
                .compose(found -> found.map(agent -> update(call, body, tries, agent))
                        .orElseGet(() -> Refusals.noAgent().now()));
    }

    private Future<Answer> update(Call call, ObjectNode body, int tries, Agent agent) {
        return blocking.call(() -> check.ofUpdate(body, agent.id(), agent.document(), agent.namespace()))
                .compose(checked -> switch (checked) {
                    case Checked.Faulty(Problem problem) -> problem.now();
                    case Checked.Valid(ObjectNode document) ->
                        agents.update(agent, document, call.principal().id()).compose(written -> switch (written) {
                            case Written.Stored(Agent stored) ->
                                Answer.created(view(stored)).now();
                            case Written.Duplicate(String member) ->
                                Refusals.duplicate(member).now();
                            case Written.Changed changed ->
                                tries > 1
                                        ? update(call, body, tries - 1)
                                        : Problem.of(409, "Others change this agent: try again")
                                                .now();
                        });
                });
    }

    private Future<Answer> delete(Call call) {
        return removals.remove(
                        call.principal().namespace(),
                        call.path("id"),
                        call.principal().id())
                .map(found -> found.map(agent -> Answer.ok(view(agent))).orElseGet(Refusals::noAgent));
    }

    private static JsonNode view(Agent agent) {
        return AgentSecrets.masked(agent.document());
    }
}
