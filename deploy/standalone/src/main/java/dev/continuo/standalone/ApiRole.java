package dev.continuo.standalone;

import dev.continuo.api.ApiSettings;
import dev.continuo.api.ApiVerticle;
import dev.continuo.api.DialectApi;
import dev.continuo.api.HealthCheck;
import dev.continuo.api.KeyAuthenticator;
import dev.continuo.api.Operations;
import dev.continuo.api.admin.AdminApi;
import dev.continuo.api.agents.AgentsApi;
import dev.continuo.api.conductor.ConductorApi;
import dev.continuo.api.workflowsvc.WorkflowsvcApi;
import dev.continuo.engine.Engine;
import dev.continuo.engine.Settings;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** Serves the dialects, health and metrics over HTTP. */
final class ApiRole {
    private final int port;

    private ApiRole(int port) {
        this.port = port;
    }

    /**
     * Blocks until requests are served.
     *
     * @param dialects false for health and metrics alone
     */
    static ApiRole start(Vertx vertx, Engine engine, PrometheusMeterRegistry registry, boolean dialects) {
        Settings.Http http = engine.settings().http();
        List<DialectApi> served = dialects ? all(engine) : List.of();
        Operations operations = new Operations(
                List.of(
                        new HealthCheck(
                                "postgres",
                                () -> engine.pool().query("SELECT 1").execute().map(rows -> true)),
                        new HealthCheck("kafka", engine.kafkaHealth()::healthy)),
                registry,
                http.maxStreams());
        // With port 0 every instance would get a port of its own.
        int port = http.port();
        List<ApiVerticle> verticles = new ArrayList<>();
        for (int i = 0; i < (dialects ? http.instances() : 1); i++) {
            ApiVerticle verticle =
                    new ApiVerticle(new ApiSettings(http.host(), port, http.maxBodyBytes()), operations, served);
            vertx.deployVerticle(verticle, new DeploymentOptions()).await();
            port = verticle.port();
            verticles.add(verticle);
        }
        return new ApiRole(verticles.get(0).port());
    }

    private static List<DialectApi> all(Engine engine) {
        return List.of(
                new WorkflowsvcApi(engine),
                new ConductorApi(engine),
                new AgentsApi(
                        engine,
                        new KeyAuthenticator(engine.accessKeys()),
                        engine.settings().callbacks().privateAddresses()),
                new AdminApi(engine.accessKeys(), engine.settings().admin()));
    }

    int port() {
        return port;
    }
}
