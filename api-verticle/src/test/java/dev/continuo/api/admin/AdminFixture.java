package dev.continuo.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.HttpFixture;
import dev.continuo.engine.Settings;
import dev.continuo.testing.Backends;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The admin API over real HTTP, as `dev` serves it or as `api` does. */
final class AdminFixture extends HttpFixture {
    static final String TOKEN = "a token of 32 letters and more..".replace(' ', '-');

    private static final Map<String, String> JSON = Map.of("Content-Type", "application/json");

    AdminFixture(Backends backends, Settings.Admin admin) throws IOException {
        super(backends, AdminApi.BASE, engine -> new AdminApi(engine.accessKeys(), admin));
    }

    /** @param secret a token or a key */
    static Map<String, String> bearer(String secret) {
        return Map.of("Authorization", "Bearer " + secret);
    }

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    Response create(ObjectNode body, Map<String, String> headers) {
        Map<String, String> all = new HashMap<>(JSON);
        all.putAll(headers);
        return send(ports.get(0), "POST", "apikeys", Optional.of(body.toString()), all);
    }

    /** The issued key, made with the token. */
    JsonNode issue(String namespace, String role) {
        return create(object().put("namespace", namespace).put("role", role), bearer(TOKEN))
                .expect(201)
                .json();
    }

    Response list(String query, Map<String, String> headers) {
        return send(ports.get(0), "GET", "apikeys" + query, Optional.empty(), headers);
    }

    Response revoke(String id, Map<String, String> headers) {
        return send(ports.get(0), "DELETE", "apikeys/" + id, Optional.empty(), headers);
    }
}
