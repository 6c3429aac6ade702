package dev.continuo.api.conductor;

import dev.continuo.api.Blocking;
import dev.continuo.api.DialectApi;
import dev.continuo.api.Endpoint;
import dev.continuo.api.OpenApiDocument;
import dev.continuo.api.Wording;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.definition.conductor.ConductorTaskDefValidator;
import dev.continuo.definition.conductor.ConductorWorkflowValidator;
import dev.continuo.engine.Engine;
import dev.continuo.store.ConductorDefinitions;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.ExternalPayloads;
import dev.continuo.store.RunMessages;
import dev.continuo.store.RunParts;
import dev.continuo.store.Secrets;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The dialect {@code conductor}: one object serves all verticles of a process. */
public final class ConductorApi implements DialectApi {
    public static final String BASE = "/api";

    /** Whose everything is, as long as callers are not told apart. */
    public static final String NAMESPACE = "default";

    private final Engine engine;
    private final Wording wording;
    private final String openApi;

    public ConductorApi(Engine engine) {
        this.engine = engine;
        this.wording = new ErrorResponse("continuo-" + UUID.randomUUID());
        this.openApi = OpenApiDocument.of("conductor");
    }

    @Override
    public String name() {
        return "conductor";
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
        return wording;
    }

    @Override
    public List<Endpoint> endpoints(Vertx vertx) {
        Blocking blocking = Blocking.of(vertx);
        boolean ownerEmail = engine.settings().dialects().ownerEmailMandatory();
        ConductorTaskDefs taskDefs = new ConductorTaskDefs(engine.pool());
        WorkflowDefChecks checks = new WorkflowDefChecks(
                taskDefs, new ConductorWorkflowValidator(ConductorLimits.DEFAULT, ownerEmail), blocking);
        Runnable changed = engine.conductor()::definitionsChanged;
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(new SystemRoutes(engine.pool()).endpoints(BASE));
        endpoints.addAll(new TokenRoutes().endpoints(BASE));
        endpoints.addAll(new WorkflowDefRoutes(new ConductorDefinitions(engine.pool()), checks, blocking, changed)
                .endpoints(BASE));
        endpoints.addAll(new TaskDefRoutes(
                        taskDefs, new ConductorTaskDefValidator(ConductorLimits.DEFAULT, ownerEmail), blocking, changed)
                .endpoints(BASE));
        endpoints.addAll(new EnvironmentRoutes(new EnvironmentVariables(engine.pool())).endpoints(BASE));
        endpoints.addAll(new SecretRoutes(new Secrets(engine.pool(), engine.sealer())).endpoints(BASE));
        endpoints.addAll(workflows(vertx, blocking));
        return endpoints;
    }

    private List<Endpoint> workflows(Vertx vertx, Blocking blocking) {
        ConductorRuns runs = new ConductorRuns(engine.pool());
        ConductorTasks tasks = new ConductorTasks(engine.pool());
        ExternalPayloads payloads = new ExternalPayloads(engine.pool());
        RunDefinitions definitions = new RunDefinitions(engine.conductor(), blocking);
        WorkflowReads reads = new WorkflowReads(runs, definitions, blocking);
        RunWaits waits = new RunWaits(vertx, engine.conductor().watchers(), runs);
        Executions executions = new Executions(runs, tasks, reads, definitions, waits);
        RunOperations operations = new RunOperations(engine, runs);
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(new WorkflowRoutes(runs, tasks, definitions, reads).endpoints(BASE));
        endpoints.addAll(new WorkflowStartRoutes(engine.conductor().runs(), new StartRequests(payloads), executions)
                .endpoints(BASE));
        endpoints.addAll(new WorkflowControlRoutes(
                        operations,
                        reads,
                        tasks,
                        new TaskUpdates(engine.committer(), payloads),
                        executions,
                        new RunMessages(engine.pool()),
                        engine.conductor()::messageArrived)
                .endpoints(BASE));
        endpoints.addAll(new BulkRoutes(operations).endpoints(BASE));
        endpoints.addAll(
                TaskEndpoints.of(engine, blocking, new TaskEndpoints.Shared(definitions, reads, executions), BASE));
        endpoints.addAll(new SearchRoutes(engine.search(), runs, definitions, new RunParts(engine.pool()), blocking)
                .endpoints(BASE));
        endpoints.addAll(
                new WorkflowTestRoutes(engine, new StartRequests(payloads), definitions, blocking).endpoints(BASE));
        return endpoints;
    }
}
