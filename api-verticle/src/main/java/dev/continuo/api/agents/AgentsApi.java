package dev.continuo.api.agents;

import dev.continuo.api.Authenticator;
import dev.continuo.api.Blocking;
import dev.continuo.api.DialectApi;
import dev.continuo.api.Endpoint;
import dev.continuo.api.OpenApiDocument;
import dev.continuo.api.Wording;
import dev.continuo.engine.Engine;
import dev.continuo.store.Agents;
import dev.continuo.store.TaskPulses;
import dev.continuo.store.WebhookDeliveries;
import dev.continuo.store.WebhookSecrets;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The dialect {@code agents}: one object serves all verticles of a process. */
public final class AgentsApi implements DialectApi {
    public static final String BASE = "/api/v1";

    private final Engine engine;
    private final Authenticator authenticator;
    private final boolean privateCallbacks;
    private final String openApi;

    /** @param privateCallbacks whether callbacks may go to addresses that are not public */
    public AgentsApi(Engine engine, Authenticator authenticator, boolean privateCallbacks) {
        this.engine = engine;
        this.authenticator = authenticator;
        this.privateCallbacks = privateCallbacks;
        this.openApi = OpenApiDocument.of("agents");
    }

    @Override
    public String name() {
        return "agents";
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
    public Wording wording() {
        return new MessageWording();
    }

    @Override
    public Authenticator authenticator() {
        return authenticator;
    }

    @Override
    public List<Endpoint> endpoints(Vertx vertx) {
        Agents agents = new Agents(engine.pool());
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(
                new AgentRoutes(agents, new AgentCheck(engine.sealer()), engine.agentRemovals(), Blocking.of(vertx))
                        .endpoints(BASE));
        endpoints.addAll(new RunRoutes(agents, engine.agents(), privateCallbacks).endpoints(BASE));
        endpoints.addAll(new TaskRoutes(engine.agents()).endpoints(BASE));
        endpoints.addAll(new TaskEvents(
                        vertx,
                        engine.agents(),
                        new TaskPulses(engine.pool()),
                        engine.conductor().watchers())
                .endpoints(BASE));
        endpoints.addAll(new DeliveryRoutes(
                        engine.agents(),
                        new WebhookDeliveries(engine.pool()),
                        new WebhookSecrets(engine.pool(), engine.sealer()))
                .endpoints(BASE));
        return endpoints;
    }
}
