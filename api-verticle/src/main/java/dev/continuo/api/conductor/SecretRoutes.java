package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.store.Secrets;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;

/** {@code secrets}: their names can be read, their values only be written (conductor: secrets). */
final class SecretRoutes {
    private final Secrets secrets;

    SecretRoutes(Secrets secrets) {
        this.secrets = secrets;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/secrets";
        String one = all + "/{key}";
        return List.of(
                Endpoint.get(all, this::names),
                Endpoint.plain(HttpMethod.POST, all, this::names),
                Endpoint.get(all + "/v2", this::named),
                Endpoint.get(base + "/secrets-v2", this::named),
                Endpoint.get(one, this::refuse),
                Endpoint.text(HttpMethod.PUT, one, this::put),
                Endpoint.delete(one, this::delete),
                Endpoint.get(one + "/exists", this::exists));
    }

    private Future<Answer> names(Call call) {
        return secrets.names(ConductorApi.NAMESPACE).map(names -> Answer.ok(Views.texts(names)));
    }

    private Future<Answer> named(Call call) {
        return secrets.names(ConductorApi.NAMESPACE).map(names -> Answer.ok(Views.array(names, SecretRoutes::named)));
    }

    private static ObjectNode named(String name) {
        ObjectNode view = Views.object().put("name", name);
        view.putArray("tags");
        return view;
    }

    /** The same for every name: whether there is such a secret is asked elsewhere. */
    private Future<Answer> refuse(Call call) {
        return Problem.of(403, "The value of a secret is not shown; tasks get it as ${workflow.secrets.NAME}")
                .now();
    }

    private Future<Answer> put(Call call, String body) {
        String name = call.path("key");
        String value = PlainText.of(call, body);
        return NamedValue.flaw(name, value).map(Answer::now).orElseGet(() -> secrets.put(
                        ConductorApi.NAMESPACE, name, value, call.principal().id())
                .map(NamedValue::written));
    }

    private Future<Answer> exists(Call call) {
        return secrets.exists(ConductorApi.NAMESPACE, call.path("key"))
                .map(exists -> Answer.ok(BooleanNode.valueOf(exists)));
    }

    private Future<Answer> delete(Call call) {
        String name = call.path("key");
        return secrets.delete(ConductorApi.NAMESPACE, name)
                .map(deleted -> deleted ? Answer.done() : Problem.of(404, "No such secret: " + name));
    }
}
