package dev.continuo.api.admin;

import static dev.continuo.api.admin.AdminFixture.bearer;
import static dev.continuo.api.admin.AdminFixture.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Endpoint;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.engine.Settings;
import dev.continuo.store.Json;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys, as `api` serves them: nobody is let in for being near. */
@ExtendWith(BackendsExtension.class)
class ApiKeysIT {
    private static final Set<String> METHODS = Set.of("get", "put", "post", "delete");
    private static final Map<String, String> TOKEN = bearer(AdminFixture.TOKEN);
    private static AdminFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AdminFixture(backends, new Settings.Admin(Optional.of(AdminFixture.TOKEN), false));
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void aKeyIsShownOnceAndThenListedWithoutItsText(TestInfo test) {
        String namespace = test.getDisplayName();
        UUID owner = UUID.randomUUID();
        ObjectNode body = object().put("namespace", namespace)
                .put("role", "user")
                .put("owner", owner.toString())
                .put("name", "the shop")
                .put("expiresIn", "P30D");
        Response made = api.create(body, TOKEN).expect(201);
        assertThat(made.header("cache-control")).isEqualTo("no-store");
        JsonNode key = made.json();
        assertThat(key.path("key").textValue())
                .matches("cto_[0-9A-Za-z]{49}")
                .startsWith(key.path("prefix").textValue());
        Response listed = api.list("?namespace=" + encoded(namespace), TOKEN).expect(200);
        assertThat(listed.text()).doesNotContain(key.path("key").textValue().substring(8));
        assertThat(listed.json().path("total").asInt()).isEqualTo(1);
        JsonNode entry = listed.json().path("keys").path(0);
        ObjectNode expected = key.deepCopy();
        expected.remove("key");
        assertThat(entry).isEqualTo(expected);
        assertThat(entry.path("owner").textValue()).isEqualTo(owner.toString());
        assertThat(entry.path("name").textValue()).isEqualTo("the shop");
        assertThat(entry.path("role").textValue()).isEqualTo("user");
        Instant created = Instant.parse(entry.path("createdAt").textValue());
        assertThat(Instant.parse(entry.path("expiresAt").textValue())).isEqualTo(created.plus(30, ChronoUnit.DAYS));
        assertThat(entry.path("lastUsedAt").isNull()).isTrue();
        assertThat(entry.path("revokedAt").isNull()).isTrue();
    }

    @Test
    void whatIsNotGivenHasItsDefault(TestInfo test) {
        JsonNode key = api.create(object().put("namespace", test.getDisplayName()), TOKEN)
                .expect(201)
                .json();
        assertThat(key.path("role").textValue()).isEqualTo("user");
        assertThat(key.path("name").textValue()).isEmpty();
        assertThat(key.path("owner").textValue()).hasSize(36);
        assertThat(key.path("expiresAt").isNull()).isTrue();
        assertThat(key.path("createdBy").textValue()).isEqualTo("00000000-0000-0000-0000-000000000000");
    }

    @Test
    void aRevokedKeyIsListedAsSuchAndOpensNothing(TestInfo test) {
        JsonNode admin = api.issue(test.getDisplayName(), "admin");
        Map<String, String> own = bearer(admin.path("key").textValue());
        api.list("", own).expect(200);
        String id = admin.path("id").textValue();
        JsonNode revoked = api.revoke(id, TOKEN).expect(200).json();
        assertThat(revoked.path("revokedAt").isTextual()).isTrue();
        assertThat(api.revoke(id, TOKEN).expect(200).json()).isEqualTo(revoked);
        assertThat(api.list("", own).expect(401).text()).contains("The admin token or API key is invalid");
        assertThat(api.list("?namespace=" + encoded(test.getDisplayName()), TOKEN)
                        .expect(200)
                        .json()
                        .path("keys")
                        .path(0)
                        .path("revokedAt"))
                .isEqualTo(revoked.path("revokedAt"));
    }

    @Test
    void theUseOfAKeyIsShown(TestInfo test) {
        Map<String, String> own =
                bearer(api.issue(test.getDisplayName(), "admin").path("key").textValue());
        Await.until("the use is written", Duration.ofSeconds(30), () -> api.list("", own)
                .expect(200)
                .json()
                .path("keys")
                .path(0)
                .path("lastUsedAt")
                .isTextual());
    }

    @Test
    void anAdministratorHasNoSayInAnotherNamespace() {
        JsonNode admin = api.issue("one", "admin");
        JsonNode other = api.issue("another", "user");
        Map<String, String> own = Map.of("apikey", admin.path("key").textValue());
        JsonNode made = api.create(object(), own).expect(201).json();
        assertThat(made.path("namespace").textValue()).isEqualTo("one");
        assertThat(made.path("createdBy")).isEqualTo(admin.path("owner"));
        api.create(object().put("namespace", "one").put("role", "admin"), own).expect(201);
        api.create(object().put("namespace", "another"), own).expect(403);
        api.list("?namespace=another", own).expect(403);
        Response hidden = api.revoke(other.path("id").textValue(), own).expect(404);
        assertThat(hidden.text())
                .isEqualTo(api.revoke(UUID.randomUUID().toString(), own)
                        .expect(404)
                        .text());
        assertThat(api.list("?namespace=another", TOKEN)
                        .expect(200)
                        .json()
                        .path("keys")
                        .path(0)
                        .path("revokedAt")
                        .isNull())
                .isTrue();
        assertThat(api.list("", own).expect(200).json().path("keys").findValuesAsText("namespace"))
                .containsOnly("one");
        api.revoke(made.path("id").textValue(), own).expect(200);
    }

    @Test
    void aKeyWithoutTheRoleAdministersNothing() {
        Map<String, String> user = bearer(api.issue("users", "user").path("key").textValue());
        assertThat(api.list("", user).expect(403).text()).contains("role admin");
        api.create(object(), user).expect(403);
        api.revoke(UUID.randomUUID().toString(), user).expect(403);
    }

    @ParameterizedTest
    @CsvSource({
        "'{}', /namespace",
        "'{\"namespace\":\" a\"}', /namespace",
        "'{\"namespace\":\"\"}', /namespace",
        "'{\"namespace\":\"a\\u0000b\"}', /namespace",
        "'{\"namespace\":7}', /namespace",
        "'{\"namespace\":\"n\",\"role\":\"root\"}', /role",
        "'{\"namespace\":\"n\",\"owner\":\"me\"}', /owner",
        "'{\"namespace\":\"n\",\"name\":\"a\\nb\"}', /name",
        "'{\"namespace\":\"n\",\"expiresIn\":\"P1Y\"}', /expiresIn",
        "'{\"namespace\":\"n\",\"expiresIn\":\"-P1D\"}', /expiresIn",
        "'{\"namespace\":\"n\",\"expiresIn\":\"PT0S\"}', /expiresIn",
        "'{\"namespace\":\"n\",\"expiresIn\":\"P3651D\"}', /expiresIn",
        "'{\"namespace\":\"n\",\"expiresIn\":30}', /expiresIn",
        "'{\"namespace\":\"n\",\"expires\":\"P1D\"}', /expires",
    })
    void whatIsWrongWithARequestIsNamed(String body, String pointer) {
        JsonNode problem =
                api.create((ObjectNode) Json.read(body), TOKEN).expect(400).json();
        assertThat(problem.path("errors").findValuesAsText("pointer")).containsExactly(pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"?namespace=n&limit=0", "?namespace=n&limit=1001", "?namespace=n&offset=-1", ""})
    void aWrongPageIsRefused(String query) {
        api.list(query, TOKEN).expect(400);
    }

    @Test
    void aPageIsAPartOfTheList(TestInfo test) {
        String namespace = test.getDisplayName();
        JsonNode first = api.issue(namespace, "user");
        JsonNode second = api.issue(namespace, "user");
        String query = "?namespace=" + encoded(namespace) + "&limit=1&offset=";
        JsonNode page = api.list(query + 1, TOKEN).expect(200).json();
        assertThat(page.path("total").asInt()).isEqualTo(2);
        assertThat(page.path("keys").findValuesAsText("id"))
                .containsExactly(first.path("id").textValue());
        assertThat(api.list(query + 0, TOKEN).expect(200).json().path("keys").findValuesAsText("id"))
                .containsExactly(second.path("id").textValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer wrong", "Bearer ", "Basic YTpi", "Bearer cto_abc", "a-token-of-32-letters"})
    void nobodyIsLetInWithAWrongSecret(String authorization) {
        Response refused = api.list("?namespace=n", Map.of("Authorization", authorization));
        assertThat(refused.expect(401).header("www-authenticate")).startsWith("Bearer");
    }

    @Test
    void nobodyIsLetInForBeingNear() {
        Response refused = api.list("?namespace=n", Map.of()).expect(401);
        assertThat(refused.text()).contains("Send the server's admin token").doesNotContain(AdminFixture.TOKEN);
        api.create(object().put("namespace", "n"), Map.of()).expect(401);
        api.revoke(UUID.randomUUID().toString(), Map.of()).expect(401);
    }

    @Test
    void aBodyMustSayThatItIsJson() {
        Optional<String> body = Optional.of("{\"namespace\":\"n\"}");
        int port = api.ports.get(0);
        api.send(port, "POST", "apikeys", body, TOKEN).expect(415);
        api.send(
                        port,
                        "POST",
                        "apikeys",
                        body,
                        Map.of("Authorization", "Bearer " + AdminFixture.TOKEN, "Content-Type", "text/plain"))
                .expect(415);
    }

    @Test
    void everyRouteIsInTheOpenApiDocumentAndEveryPathInItIsRouted() {
        JsonNode document = api.get("/openapi/admin.json").expect(200).json();
        Set<String> described = new TreeSet<>();
        document.path("paths")
                .properties()
                .forEach(path -> path.getValue().fieldNames().forEachRemaining(method -> {
                    assertThat(METHODS).contains(method);
                    described.add(method.toUpperCase(Locale.ROOT) + " " + path.getKey());
                }));
        Set<String> routed = new TreeSet<>(Set.of("GET /openapi/admin.json"));
        for (Endpoint endpoint : new AdminApi(api.engine.accessKeys(), Settings.Admin.NOBODY).endpoints(api.vertx)) {
            routed.add(endpoint.method() + " " + endpoint.path());
        }
        assertThat(described).isEqualTo(routed);
        for (String operation : described) {
            String[] parts = operation.split(" ");
            String path = parts[1].replaceAll("\\{[^}]*}", "00000000-0000-0000-0000-000000000001");
            Response response = api.send(api.ports.get(0), parts[0], path, Optional.empty(), TOKEN);
            assertThat(response.status()).as(operation).isNotIn(401, 405, 500);
            assertThat(response.text()).as(operation).doesNotContain("There is nothing at this path");
        }
    }

    @Test
    void everyReferenceInTheOpenApiDocumentResolves() {
        JsonNode document = api.get("/openapi/admin.json").expect(200).json();
        assertThat(document.findValuesAsText("$ref")).isNotEmpty().allSatisfy(reference -> assertThat(
                        document.at(reference.substring(1)).isObject())
                .as(reference)
                .isTrue());
    }

    private static String encoded(String namespace) {
        return URLEncoder.encode(namespace, StandardCharsets.UTF_8);
    }
}
