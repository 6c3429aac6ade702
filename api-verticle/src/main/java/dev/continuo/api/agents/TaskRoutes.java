package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.QueryReader;
import dev.continuo.engine.AgentDocuments;
import dev.continuo.engine.AgentDocuments.Status;
import dev.continuo.engine.Agents;
import dev.continuo.model.RunStatus;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.AgentTasks.Filter;
import dev.continuo.store.Listed;
import io.vertx.core.Future;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** {@code task}: the caller's own tasks, and nobody else's (agents: Task). */
final class TaskRoutes {
    private final Agents tasks;

    TaskRoutes(Agents tasks) {
        this.tasks = tasks;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/task";
        String one = all + "/{taskId}";
        return List.of(
                Endpoint.get(all, call -> list(call, all)),
                Endpoint.get(one, call -> one(call, id -> tasks.task(namespace(call), owner(call), id))),
                Endpoint.delete(one, call -> one(call, id -> tasks.remove(namespace(call), owner(call), id))));
    }

    private Future<Answer> list(Call call, String path) {
        QueryReader query = call.query();
        int limit = query.number(Links.DEFAULT_LIMIT, 1, Links.MAX_LIMIT, "limit");
        Set<RunStatus> statuses =
                query.text("status").map(word -> statuses(word, query)).orElseGet(Set::of);
        Optional<String> cursor = query.text("before");
        Optional<UUID> before = cursor.flatMap(Call::uuid);
        if (cursor.isPresent() && before.isEmpty()) {
            query.flaw("before", "before must be the id of a task");
        }
        // One more than is shown tells that there is a next page.
        Filter filter = new Filter(statuses, before, limit + 1);
        return query.then(() -> tasks.list(namespace(call), owner(call), filter).map(listed -> switch (listed) {
            case Listed.TooLarge<AgentTask> tooLarge -> Refusals.tooLarge(tooLarge);
            case Listed.Page<AgentTask>(long total, List<AgentTask> rows) -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode();
                rows.stream().limit(limit).forEach(task -> list.add(AgentDocuments.of(task)));
                Answer answer = Answer.ok(list);
                yield rows.size() > limit
                        ? Links.next(
                                answer,
                                call,
                                path,
                                "before",
                                rows.get(limit - 1).id().toString())
                        : answer;
            }
        }));
    }

    private static Set<RunStatus> statuses(String word, QueryReader query) {
        Optional<Status> status = Arrays.stream(Status.values())
                .filter(known -> known.word().equals(word))
                .findFirst();
        if (status.isEmpty()) {
            String words = Arrays.stream(Status.values()).map(Status::word).collect(Collectors.joining(", "));
            query.flaw("status", "status must be one of " + words);
        }
        return status.map(Status::statuses).orElseGet(Set::of);
    }

    private static Future<Answer> one(Call call, Function<UUID, Future<Optional<AgentTask>>> action) {
        return call.id("taskId")
                .map(id -> action.apply(id).map(found -> found.<Answer>map(task -> Answer.ok(AgentDocuments.of(task)))
                        .orElseGet(Refusals::noTask)))
                .orElseGet(() -> Refusals.noTask().now());
    }

    private static String namespace(Call call) {
        return call.principal().namespace();
    }

    private static String owner(Call call) {
        return call.principal().id();
    }
}
