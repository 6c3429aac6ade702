package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import io.vertx.core.Future;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * {@code token}: clients that are configured with a key ask for one before anything else. While requests are not
 * authenticated, any key gets a token, and it opens nothing that is not open anyway.
 */
final class TokenRoutes {
    private static final int TOKEN_BYTES = 32;

    private final SecureRandom random = new SecureRandom();

    List<Endpoint> endpoints(String base) {
        return List.of(
                Endpoint.post(base + "/token", this::create), Endpoint.get(base + "/token/userInfo", this::userInfo));
    }

    private Future<Answer> create(Call call, ObjectNode body) {
        List<Flaw> flaws = new ArrayList<>();
        for (String field : List.of("keyId", "keySecret")) {
            if (!body.path(field).isTextual() || body.path(field).textValue().isBlank()) {
                flaws.add(new Flaw.InBody("/" + field, field + " is required and must not be blank"));
            }
        }
        if (!flaws.isEmpty()) {
            return Problem.flawed("The request", flaws).now();
        }
        byte[] token = new byte[TOKEN_BYTES];
        random.nextBytes(token);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(token);
        return Answer.ok(JsonNodeFactory.instance.objectNode().put("token", text))
                .now();
    }

    private Future<Answer> userInfo(Call call) {
        ObjectNode user = JsonNodeFactory.instance.objectNode();
        user.put("id", call.principal().id());
        user.put("name", call.principal().id());
        user.put("uuid", call.principal().id());
        user.put("applicationUser", false);
        user.putArray("roles");
        user.putArray("groups");
        return Answer.ok(user).now();
    }
}
