package dev.continuo.api.conductor;

import dev.continuo.api.Blocking;
import dev.continuo.api.Endpoint;
import dev.continuo.engine.Engine;
import dev.continuo.engine.PollHub;
import dev.continuo.store.ConductorLogs;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.ExternalPayloads;
import dev.continuo.store.RunParts;
import dev.continuo.store.Secrets;
import java.util.ArrayList;
import java.util.List;

/** Everything below {@code tasks}, and what operators ask about tasks and queues, put together for one event loop. */
final class TaskEndpoints {
    private TaskEndpoints() {}

    /** What the endpoints below {@code workflow} show runs with, too. */
    record Shared(RunDefinitions definitions, WorkflowReads reads, Executions executions) {}

    static List<Endpoint> of(Engine engine, Blocking blocking, Shared shared, String base) {
        PollHub hub = engine.conductor().polls();
        ConductorTasks tasks = new ConductorTasks(engine.pool());
        ExternalPayloads payloads = new ExternalPayloads(engine.pool());
        TaskUpdates updates = new TaskUpdates(engine.committer(), payloads);
        ShownTasks shown = new ShownTasks(
                new Snapshots(shared.definitions(), new RunParts(engine.pool()), blocking),
                new Secrets(engine.pool(), engine.sealer()),
                new EnvironmentVariables(engine.pool()));
        ConductorLogs logs = new ConductorLogs(engine.pool());
        List<Endpoint> endpoints = new ArrayList<>();
        endpoints.addAll(new WorkerRoutes(new WorkerTasks(hub, shown, updates), updates, tasks).endpoints(base));
        endpoints.addAll(new TaskRoutes(tasks, logs, shown, updates, shared.reads()).endpoints(base));
        endpoints.addAll(new SignalRoutes(tasks, updates, shared.executions()).endpoints(base));
        endpoints.addAll(new QueueRoutes(hub).endpoints(base));
        endpoints.addAll(new AdminRoutes(engine.settings(), tasks, shown, engine.committer()).endpoints(base));
        endpoints.addAll(new ExternalPayloadRoutes(payloads).endpoints(base));
        return endpoints;
    }
}
