package dev.continuo.worker.connector.rest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.exchange.Target;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How a request shows who sends it (source: workflowsvc, Rest Connector page; the names of the parameters are ours, as
 * that page's are not known). Parameters are in {@code _params}; beside {@code _type} they are tolerated.
 */
sealed interface Auth {

    /** Everything in it that must not be shown. */
    List<String> secrets();

    record None() implements Auth {
        @Override
        public List<String> secrets() {
            return List.of();
        }
    }

    /** A complete {@code Authorization} header. */
    record Header(String value, List<String> secrets) implements Auth {}

    /**
     * An access token from a token endpoint (RFC 6749).
     *
     * @param user of the password grant; empty for the client credentials grant
     * @param clientInBody the client shows itself in the form, and not by HTTP Basic
     */
    record OAuth2(
            Target tokenUrl,
            Optional<String> clientId,
            Optional<String> clientSecret,
            Optional<String> scope,
            Optional<User> user,
            boolean clientInBody)
            implements Auth {
        @Override
        public List<String> secrets() {
            Stream<String> basic =
                    clientId.stream().flatMap(id -> clientSecret.stream().map(secret -> base64(id, secret)));
            return Stream.of(clientSecret.stream(), user.map(User::password).stream(), basic)
                    .flatMap(s -> s)
                    .toList();
        }
    }

    record User(String name, String password) {}

    static Auth parse(JsonNode auth) {
        if (!auth.isObject()) {
            throw new InvalidInput("_auth must be an object with a _type");
        }
        JsonNode params = auth.path("_params").isObject() ? auth.path("_params") : auth;
        String type = auth.path("_type").asText("");
        return switch (type.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "")) {
            case "noauth", "none" -> new None();
            case "basic", "basicauth" ->
                basic(required(params, "_username", type), required(params, "_password", type));
            case "bearer", "bearertoken" -> {
                String token = required(params, "_token", type);
                yield new Header("Bearer " + token, List.of(token));
            }
            case "oauth2clientcredentials" -> clientCredentials(params, type);
            case "oauth2password", "oauth2passwordgrant" -> password(params, type);
            default ->
                throw new InvalidInput("_auth._type is \"" + type
                        + "\"; supported are NoAuth, Basic, Bearer, OAuth2ClientCredentials, OAuth2Password");
        };
    }

    static String base64(String name, String password) {
        byte[] pair = (name + ":" + password).getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(pair);
    }

    private static Auth basic(String name, String password) {
        String pair = base64(name, password);
        return new Header("Basic " + pair, List.of(password, pair));
    }

    private static Auth clientCredentials(JsonNode params, String type) {
        return new OAuth2(
                tokenUrl(params, type),
                Optional.of(required(params, "_clientId", type)),
                Optional.of(required(params, "_clientSecret", type)),
                optional(params, "_scope"),
                Optional.empty(),
                clientInBody(params));
    }

    private static Auth password(JsonNode params, String type) {
        return new OAuth2(
                tokenUrl(params, type),
                optional(params, "_clientId"),
                optional(params, "_clientSecret"),
                optional(params, "_scope"),
                Optional.of(new User(required(params, "_username", type), required(params, "_password", type))),
                clientInBody(params));
    }

    private static Target tokenUrl(JsonNode params, String type) {
        String url = required(params, "_tokenUrl", type);
        return Target.parse(url, "_auth._params._tokenUrl");
    }

    private static boolean clientInBody(JsonNode params) {
        return params.path("_clientAuth").asText("").equalsIgnoreCase("body");
    }

    private static String required(JsonNode params, String name, String type) {
        return optional(params, name)
                .orElseThrow(() -> new InvalidInput("_auth of type " + type + " needs _params." + name));
    }

    private static Optional<String> optional(JsonNode params, String name) {
        JsonNode value = params.path(name);
        return value.isValueNode() && !value.isNull() ? Optional.of(value.asText()) : Optional.empty();
    }
}
