package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Start;
import dev.continuo.definition.Plan;
import dev.continuo.definition.agents.AgentSecrets;
import dev.continuo.model.Dialect;
import dev.continuo.model.Run;
import dev.continuo.secret.Sealer;
import dev.continuo.store.AgentTasks;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.Committer;
import dev.continuo.store.Ids;
import dev.continuo.store.Listed;
import dev.continuo.store.NewRun;
import dev.continuo.store.Plans;
import dev.continuo.store.Reply;
import dev.continuo.store.Webhooks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The tasks of agents: runs of their dialect. Safe for any thread. */
public final class Agents {
    private static final int REMOVED_AT_ONCE = 200;

    private final Vertx vertx;
    private final Pool pool;
    private final Plans plans;
    private final Committer committer;
    private final Sealer sealer;
    private final AgentNews news;
    private final AgentTasks tasks;
    private final Webhooks webhooks;

    Agents(Vertx vertx, Pool pool, Plans plans, Committer committer, Sealer sealer, AgentNews news) {
        this.vertx = vertx;
        this.pool = pool;
        this.plans = plans;
        this.committer = committer;
        this.sealer = sealer;
        this.news = news;
        this.tasks = new AgentTasks(pool);
        this.webhooks = new Webhooks(pool);
    }

    /** What this process does for tasks that call somebody back. */
    public AgentNews news() {
        return news;
    }

    /** For who executes nodes, and for nobody else. */
    public AgentVariables variables() {
        return new AgentVariables(pool, sealer);
    }

    /**
     * Starts a task of an agent. The answer comes when it is committed; it is empty when somebody has removed the task, or
     * its agent, already.
     *
     * <p>Fails with {@link IllegalStateException} when there is no such revision.
     */
    public Future<Optional<AgentTask>> start(AgentStart start) {
        return plans.plan(vertx, pool, start.revisionId())
                .compose(found -> {
                    Plan plan = found.orElseThrow(
                            () -> new IllegalStateException("There is no revision " + start.revisionId()));
                    UUID runId = Ids.next();
                    NewRun run = new NewRun(new Start(runId, origin(start, plan)), plan, List.of(), Optional.empty());
                    // Before the run: it must not move without its callback.
                    return start.callback()
                            .map(url -> webhooks.register(runId, start.namespace(), url))
                            .orElseGet(Future::succeededFuture)
                            .compose(registered -> committer.start(run));
                })
                .compose(reply -> switch (reply) {
                    case Reply.Done(var outcome) -> tasks.find(outcome.run().id());
                    case Reply.Refused(var rejection) ->
                        Future.failedFuture(new IllegalStateException(rejection.message()));
                    case Reply.Existing(UUID other) -> tasks.find(other);
                });
    }

    private Run.Origin origin(AgentStart start, Plan plan) {
        ObjectNode input = AgentSecrets.of(plan.traits().document()).sealed(start.input(), sealer, start.namespace());
        ObjectNode attributes = JsonNodeFactory.instance.objectNode();
        start.callback().ifPresent(url -> attributes.put(AgentTasks.CALLBACK, url));
        return new Run.Origin(
                Dialect.AGENTS,
                start.namespace(),
                plan.definitionId(),
                plan.revisionId(),
                plan.name(),
                input,
                0,
                Optional.of(start.agentId()),
                start.idempotencyKey(),
                Optional.empty(),
                start.owner(),
                1,
                Optional.empty(),
                attributes);
    }

    /** A task of this owner; empty when there is none. */
    public Future<Optional<AgentTask>> task(String namespace, String owner, UUID id) {
        return tasks.find(id)
                .map(found -> found.filter(task ->
                        task.namespace().equals(namespace) && task.owner().equals(owner)));
    }

    /** A task of whatever owner. */
    public Future<Optional<AgentTask>> task(UUID id) {
        return tasks.find(id);
    }

    /** Tasks of this owner, the newest first. */
    public Future<Listed<AgentTask>> list(String namespace, String owner, AgentTasks.Filter filter) {
        return tasks.list(namespace, owner, filter);
    }

    /**
     * Removes a task of this owner for good; one that runs is stopped first. The answer is the task as it was at its end,
     * or empty when there is none.
     */
    public Future<Optional<AgentTask>> remove(String namespace, String owner, UUID id) {
        return task(namespace, owner, id).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(Optional.empty());
            }
            return stopped(found.get(), owner).compose(ended -> removed(namespace, List.of(id))
                    .map(gone -> gone == 0 ? Optional.<AgentTask>empty() : Optional.of(ended)));
        });
    }

    private Future<AgentTask> stopped(AgentTask task, String by) {
        if (task.status().terminal()) {
            return Future.succeededFuture(task);
        }
        return terminated(task.id(), by).compose(done -> tasks.find(task.id())).map(ended -> ended.orElse(task));
    }

    private Future<Void> terminated(UUID id, String by) {
        Command terminate = new Command.Terminate(id, Optional.of("Deleted"), by, false);
        // A refusal says that it has ended meanwhile.
        return committer.submit(terminate).mapEmpty();
    }

    /** Removes all tasks of an agent for good; those that run are stopped first. */
    public Future<Void> removeAll(String namespace, String agentId, String by) {
        return tasks.ofAgent(namespace, agentId, REMOVED_AT_ONCE).compose(ids -> {
            if (ids.isEmpty()) {
                return Future.succeededFuture();
            }
            List<Future<Void>> stopped =
                    ids.stream().map(id -> terminated(id, by)).toList();
            return Future.all(stopped)
                    .compose(done -> removed(namespace, ids))
                    .compose(gone -> gone == 0
                            ? Future.failedFuture(
                                    new IllegalStateException("No task of agent " + agentId + " could be removed"))
                            : removeAll(namespace, agentId, by));
        });
    }

    /** Removes a task that has ended, of whatever owner, for good; false when there is none such. */
    public Future<Boolean> removeEnded(String namespace, UUID id) {
        return removed(namespace, List.of(id)).map(gone -> gone > 0);
    }

    private Future<Integer> removed(String namespace, List<UUID> ids) {
        return tasks.remove(namespace, ids).map(Set::size);
    }
}
