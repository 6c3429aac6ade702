package dev.continuo.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Principal;
import dev.continuo.api.Principal.Grant;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.QueryReader;
import dev.continuo.engine.AccessKeys;
import dev.continuo.store.ApiKeys;
import dev.continuo.store.ApiKeys.Draft;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import dev.continuo.store.StoredApiKey;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** {@code apikeys}: made, listed and revoked. A key's text is in the answer to its making, and nowhere else. */
final class ApiKeyRoutes {
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    private final AccessKeys keys;

    ApiKeyRoutes(AccessKeys keys) {
        this.keys = keys;
    }

    List<Endpoint> endpoints(String base) {
        String all = base + "/apikeys";
        return List.of(
                Endpoint.post(all, this::create),
                Endpoint.get(all, this::list),
                Endpoint.delete(all + "/{id}", this::revoke));
    }

    private Future<Answer> create(Call call, ObjectNode body) {
        // A form of a web page can send a body without a type; it cannot send one of this type unasked.
        if (call.header(HttpHeaders.CONTENT_TYPE.toString()).isEmpty()) {
            return Problem.of(415, "The body must be application/json").now();
        }
        return switch (KeyRequest.read(body, call.principal())) {
            case KeyRequest.Reading.Flawed(List<Flaw> flaws) ->
                Problem.flawed("The request", flaws).now();
            case KeyRequest.Reading.Ok(Draft draft) ->
                foreign(call.principal(), draft.namespace()).map(Answer::now).orElseGet(() -> keys.issue(draft)
                        .map(ApiKeyRoutes::issued));
        };
    }

    private static Answer issued(Optional<AccessKeys.Issued> issued) {
        return issued.<Answer>map(made -> {
                    ObjectNode view = JsonNodeFactory.instance.objectNode();
                    view.put("key", made.key().text());
                    view.setAll(view(made.stored()));
                    return Answer.created(view).with(HttpHeaders.CACHE_CONTROL.toString(), "no-store");
                })
                .orElseGet(() -> Problem.of(
                        409,
                        "The namespace has " + ApiKeys.MOST + " API keys, as many as it may; those that ended are"
                                + " forgotten after " + ApiKeys.KEPT_DAYS + " days"));
    }

    private Future<Answer> list(Call call) {
        QueryReader query = call.query();
        String namespace = call.principal()
                .grant()
                .map(grant -> query.text("namespace").orElse(grant.namespace()))
                .orElseGet(() -> query.required("namespace"));
        int offset = query.number(0, 0, Listed.MAX_TOTAL, "offset");
        int limit = query.number(DEFAULT_PAGE, 1, MAX_PAGE, "limit");
        return query.then(() -> foreign(call.principal(), namespace)
                .map(Answer::now)
                .orElseGet(() -> keys.list(namespace, new Paging(offset, limit)).map(ApiKeyRoutes::listed)));
    }

    private static Answer listed(ApiKeys.Page page) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("total", page.total());
        ArrayNode list = view.putArray("keys");
        page.keys().forEach(key -> list.add(view(key)));
        return Answer.ok(view);
    }

    private Future<Answer> revoke(Call call) {
        Problem none = Problem.of(404, "There is no such API key");
        Optional<UUID> id = call.id("id");
        Optional<String> within = call.principal().grant().map(Grant::namespace);
        return id.isEmpty()
                ? none.now()
                : keys.revoke(id.get(), within).map(revoked -> revoked.<Answer>map(key -> Answer.ok(view(key)))
                        .orElse(none));
    }

    /** The administrator of a namespace has no say in another. */
    private static Optional<Problem> foreign(Principal principal, String namespace) {
        return principal
                .grant()
                .filter(grant -> !grant.namespace().equals(namespace))
                .map(grant ->
                        Problem.of(403, "This API key administers the namespace " + grant.namespace() + " alone"));
    }

    private static ObjectNode view(StoredApiKey key) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.put("id", key.access().keyId().toString());
        view.put("prefix", key.prefix());
        view.put("namespace", key.access().namespace());
        view.put("role", key.access().role().word());
        view.put("owner", key.access().owner().toString());
        view.put("name", key.name());
        view.put("createdAt", key.createdAt().toString());
        view.put("createdBy", key.createdBy());
        view.set("expiresAt", time(key.expiresAt()));
        view.set("lastUsedAt", time(key.usedAt()));
        view.set("revokedAt", time(key.revokedAt()));
        return view;
    }

    private static JsonNode time(Optional<Instant> time) {
        return time.<JsonNode>map(at -> JsonNodeFactory.instance.textNode(at.toString()))
                .orElseGet(JsonNodeFactory.instance::nullNode);
    }
}
