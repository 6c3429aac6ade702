package dev.continuo.api.admin;

import dev.continuo.api.Authenticator;
import dev.continuo.api.DialectApi;
import dev.continuo.api.Endpoint;
import dev.continuo.api.OpenApiDocument;
import dev.continuo.engine.AccessKeys;
import dev.continuo.engine.Settings;
import io.vertx.core.Vertx;
import java.util.List;

/** API keys and what else is administered: one object serves all verticles of a process. */
public final class AdminApi implements DialectApi {
    public static final String BASE = "/admin/v1";

    private final AccessKeys keys;
    private final Authenticator authenticator;
    private final String openApi;

    public AdminApi(AccessKeys keys, Settings.Admin admin) {
        this.keys = keys;
        this.authenticator = new AdminAuthenticator(keys, admin);
        this.openApi = OpenApiDocument.of("admin");
    }

    @Override
    public String name() {
        return "admin";
    }

    @Override
    public String root() {
        return BASE;
    }

    @Override
    public String openApi() {
        return openApi;
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public List<Endpoint> endpoints(Vertx vertx) {
        return new ApiKeyRoutes(keys).endpoints(BASE);
    }
}
