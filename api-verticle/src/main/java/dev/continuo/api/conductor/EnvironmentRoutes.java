package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.store.EnvironmentVariables;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;

/** {@code environment}: values that definitions name (conductor: Environment). */
final class EnvironmentRoutes {
    private final EnvironmentVariables variables;

    EnvironmentRoutes(EnvironmentVariables variables) {
        this.variables = variables;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/environment";
        String one = all + "/{key}";
        return List.of(
                Endpoint.get(all, this::list),
                Endpoint.get(one, this::get),
                Endpoint.text(HttpMethod.PUT, one, this::put),
                Endpoint.delete(one, this::delete));
    }

    private Future<Answer> list(Call call) {
        return variables.all(ConductorApi.NAMESPACE).map(all -> {
            ArrayNode list = JsonNodeFactory.instance.arrayNode();
            for (Map.Entry<String, String> variable : all.entrySet()) {
                ObjectNode entry = list.addObject();
                entry.put("name", variable.getKey());
                entry.put("value", variable.getValue());
                entry.putArray("tags");
            }
            return Answer.ok(list);
        });
    }

    private Future<Answer> get(Call call) {
        String name = call.path("key");
        return variables.find(ConductorApi.NAMESPACE, name).map(found -> found.map(Answer::text)
                .orElseGet(() -> notFound(name)));
    }

    private Future<Answer> put(Call call, String body) {
        String name = call.path("key");
        String value = PlainText.of(call, body);
        return NamedValue.flaw(name, value).map(Answer::now).orElseGet(() -> variables
                .put(ConductorApi.NAMESPACE, name, value, call.principal().id())
                .map(NamedValue::written));
    }

    private Future<Answer> delete(Call call) {
        String name = call.path("key");
        return variables.delete(ConductorApi.NAMESPACE, name).map(deleted -> deleted ? Answer.done() : notFound(name));
    }

    private static Answer notFound(String name) {
        return Problem.of(404, "No such environment variable: " + name);
    }
}
