package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.Limits;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.SecretReferences;
import dev.continuo.expression.SecretReferences.Kind;
import dev.continuo.expression.SecretReferences.Mention;
import dev.continuo.model.Task;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.Secrets;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Tasks with what their snapshots say about them, and, for who executes them, with the secrets that they name. */
final class ShownTasks {
    private final Snapshots snapshots;
    private final Secrets secrets;
    private final EnvironmentVariables environment;

    ShownTasks(Snapshots snapshots, Secrets secrets, EnvironmentVariables environment) {
        this.snapshots = snapshots;
        this.secrets = secrets;
        this.environment = environment;
    }

    Future<ObjectNode> one(Found task) {
        return all(List.of(task)).map(List::getFirst);
    }

    Future<List<ObjectNode>> all(List<Found> tasks) {
        return snapshots
                .of(tasks)
                .map(known -> tasks.stream().map(found -> masked(found, known)).toList());
    }

    private static ObjectNode masked(Found found, Snapshots.Known known) {
        Masking masking = known.masking(found);
        Task task = found.task();
        Task shown =
                task.withOutput(masking.applied(task.output()), task.times().updatedAt());
        return TaskView.of(shown, masking.applied(task.input()), found.run(), known.of(found));
    }

    /** As a worker gets them that executes them: the only place in which values of secrets are shown. */
    Future<List<ObjectNode>> polled(List<Found> tasks) {
        return snapshots.of(tasks).compose(known -> {
            Map<Found, Set<Mention>> mentioned = new HashMap<>();
            for (Found found : tasks) {
                if (SecretReferences.mentioned(found.task().input())) {
                    mentioned.put(found, known.mentions(found));
                }
            }
            return values(mentioned).map(values -> {
                List<ObjectNode> views = new ArrayList<>(tasks.size());
                for (Found found : tasks) {
                    JsonNode input = replaced(found, mentioned.getOrDefault(found, Set.of()), values);
                    views.add(TaskView.of(found.task(), input, found.run(), known.of(found)));
                }
                return views;
            });
        });
    }

    private record Values(Map<String, String> secrets, Map<String, String> environment) {}

    private Future<Values> values(Map<Found, Set<Mention>> mentioned) {
        Set<Mention> all = new HashSet<>();
        mentioned.values().forEach(all::addAll);
        if (all.isEmpty()) {
            return Future.succeededFuture(new Values(Map.of(), Map.of()));
        }
        Future<Map<String, String>> sealed = secrets.values(ConductorApi.NAMESPACE, names(all, Kind.SECRET));
        Future<Map<String, String>> open = environment.values(ConductorApi.NAMESPACE, names(all, Kind.ENVIRONMENT));
        return Future.all(sealed, open).map(both -> new Values(sealed.result(), open.result()));
    }

    private static Set<String> names(Set<Mention> mentions, Kind kind) {
        return mentions.stream()
                .filter(mention -> mention.kind() == kind)
                .map(Mention::name)
                .collect(Collectors.toSet());
    }

    /** An input that would grow too large with the values stays as it is. */
    private static JsonNode replaced(Found found, Set<Mention> mentions, Values values) {
        JsonNode input = found.task().input();
        if (mentions.isEmpty()) {
            return input;
        }
        RenderResult result = SecretReferences.replaced(
                input, mentions::contains, of(values.secrets()), of(values.environment()), Limits.DEFAULT);
        return result instanceof RenderResult.Rendered(JsonNode rendered) ? rendered : input;
    }

    private static Function<String, Optional<JsonNode>> of(Map<String, String> values) {
        return name -> Optional.ofNullable(values.get(name)).map(TextNode::valueOf);
    }
}
