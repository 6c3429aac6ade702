package dev.continuo.api.workflowsvc;

import dev.continuo.api.Blocking;
import dev.continuo.api.DialectApi;
import dev.continuo.api.Endpoint;
import dev.continuo.api.OpenApiDocument;
import dev.continuo.engine.Engine;
import dev.continuo.model.Dialect;
import dev.continuo.store.Definitions;
import dev.continuo.store.RunReads;
import dev.continuo.store.Scripts;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;

/** The dialect {@code workflowsvc}: one object serves all verticles of a process. */
public final class WorkflowsvcApi implements DialectApi {
    public static final String BASE = "/workflowsvc/api/v1";

    private final Engine engine;
    private final ScriptSyntax syntax;
    private final DefinitionCheck check;
    private final DefinitionChanges changes = new DefinitionChanges();
    private final String openApi;

    public WorkflowsvcApi(Engine engine) {
        this.engine = engine;
        this.syntax = new ScriptSyntax(engine.scriptPool());
        this.check = new DefinitionCheck(engine.types(), engine.sealer(), syntax);
        engine.scriptPool().warmUp();
        this.openApi = OpenApiDocument.of("workflowsvc");
    }

    @Override
    public String name() {
        return "workflowsvc";
    }

    @Override
    public String root() {
        return "/workflowsvc";
    }

    @Override
    public String openApi() {
        return openApi;
    }

    @Override
    public List<Endpoint> endpoints(Vertx vertx) {
        Definitions definitions = new Definitions(engine.pool(), Dialect.WORKFLOWSVC);
        RunReads reads = new RunReads(engine.pool());
        RevisionFactsCache facts = new RevisionFactsCache(definitions);
        StartableDefinitions startable = new StartableDefinitions(
                definitions, revision -> engine.plans().plan(vertx, engine.pool(), revision), facts, changes);
        Blocking blocking = Blocking.of(vertx);
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(new RunRoutes(reads, new StartKeys(engine.pool()), engine.committer(), startable, facts)
                .endpoints(BASE));
        endpoints.addAll(new TaskRoutes(reads, engine.committer(), facts, blocking).endpoints(BASE));
        endpoints.addAll(new DefinitionRoutes(definitions, check, changes, blocking).endpoints(BASE));
        endpoints.addAll(new ScriptRoutes(new Scripts(engine.pool()), syntax, vertx).endpoints(BASE));
        return endpoints;
    }
}
