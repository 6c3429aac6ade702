package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.HttpFixture.Response;
import dev.continuo.engine.AccessKeys;
import dev.continuo.engine.Engine;
import dev.continuo.identity.ApiKey;
import dev.continuo.identity.Role;
import dev.continuo.store.ApiKeys;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dialect whose callers have API keys, over real HTTP. */
@ExtendWith(BackendsExtension.class)
class KeyAuthenticatorIT {
    private static final UUID OWNER = UUID.randomUUID();
    private static HttpFixture api;

    /** Tells callers who they are. */
    private record Keyed(Authenticator authenticator) implements DialectApi {
        Keyed(Engine engine) {
            this(new KeyAuthenticator(engine.accessKeys()));
        }

        @Override
        public String name() {
            return "keyed";
        }

        @Override
        public String root() {
            return "/keyed";
        }

        @Override
        public String openApi() {
            return "{}";
        }

        @Override
        public Wording wording() {
            return new Wording() {
                @Override
                public String contentType() {
                    return "application/json";
                }

                @Override
                public ObjectNode body(Problem problem, String path) {
                    return JsonNodeFactory.instance.objectNode().put("message", problem.detail());
                }
            };
        }

        @Override
        public List<Endpoint> endpoints(Vertx vertx) {
            return List.of(Endpoint.json(HttpMethod.POST, "/keyed/me", (call, body) -> Answer.text(
                            call.principal().id()
                                    + " " + call.principal().namespace() + " "
                                    + call.principal().mayAdminister() + " " + body)
                    .now()));
        }
    }

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new HttpFixture(backends, "/keyed", Keyed::new);
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    private static AccessKeys.Issued issue(Role role, Optional<Duration> lifetime) {
        ApiKeys.Draft draft = new ApiKeys.Draft("space", role, OWNER, "", lifetime, "test");
        return HttpFixture.await(api.engine.accessKeys().issue(draft)).orElseThrow();
    }

    private static Response me(String key) {
        return api.send(api.ports.get(0), "POST", "me", Optional.of("7"), Map.of("apikey", key));
    }

    private static void assertRefused(Response response) {
        assertThat(response.expect(401).text()).isEqualTo("{\"message\":\"Unauthorized. API key is invalid\"}");
        assertThat(response.header("content-type")).isEqualTo("application/json");
    }

    @Test
    void aKeyTellsWhoseItIsAndWhere() {
        AccessKeys.Issued user = issue(Role.USER, Optional.empty());
        AccessKeys.Issued admin = issue(Role.ADMIN, Optional.empty());
        assertThat(me(user.key().text()).expect(200).text()).isEqualTo(OWNER + " space false 7");
        assertThat(me(user.key().text()).expect(200).text()).isEqualTo(OWNER + " space false 7");
        assertThat(me(admin.key().text()).expect(200).text()).isEqualTo(OWNER + " space true 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "key123", "cto_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf0WJIa7"})
    void whatIsNoKeyIsRefused(String key) {
        assertRefused(me(key));
    }

    @Test
    void aMissingOrUnknownKeyIsRefused() {
        assertRefused(api.send(api.ports.get(0), "POST", "me", Optional.of("7"), Map.of()));
        assertRefused(me(ApiKey.of(new byte[ApiKey.RANDOM_BYTES]).text()));
    }

    @Test
    void aRevokedKeyIsRefusedAtOnce() {
        AccessKeys.Issued issued = issue(Role.USER, Optional.empty());
        me(issued.key().text()).expect(200);
        UUID id = issued.stored().access().keyId();
        HttpFixture.await(api.engine.accessKeys().revoke(id, Optional.empty()));
        assertRefused(me(issued.key().text()));
    }

    @Test
    void anExpiredKeyIsRefused() {
        AccessKeys.Issued issued = issue(Role.USER, Optional.of(Duration.ofSeconds(1)));
        me(issued.key().text()).expect(200);
        Await.until(
                "the key has expired",
                Duration.ofSeconds(30),
                () -> me(issued.key().text()).status() != 200);
        assertRefused(me(issued.key().text()));
    }

    @Test
    void whoIsNotLetInSeesTheDocumentAndNoMore() {
        assertThat(api.get("/openapi/keyed.json").expect(200).text()).isEqualTo("{}");
        assertThat(api.get("none").expect(404).text()).doesNotContain("Unauthorized");
    }
}
