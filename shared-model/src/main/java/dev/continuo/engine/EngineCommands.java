package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Start;
import dev.continuo.definition.Plan;
import dev.continuo.events.CommandHandler;
import dev.continuo.events.CompleteTask;
import dev.continuo.events.EngineCommand;
import dev.continuo.events.FailTask;
import dev.continuo.events.Handled;
import dev.continuo.events.StartRun;
import dev.continuo.model.Run;
import dev.continuo.store.Committer;
import dev.continuo.store.Definitions;
import dev.continuo.store.Definitions.Definition;
import dev.continuo.store.Ids;
import dev.continuo.store.NewRun;
import dev.continuo.store.Overloaded;
import dev.continuo.store.Plans;
import dev.continuo.store.Reply;
import dev.continuo.store.StoreUnavailable;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Does what external producers ask through the topic {@code commands}. */
final class EngineCommands implements CommandHandler {
    private static final String BY = "kafka";
    private static final String KNOWN = "SELECT namespace, definition_id FROM run WHERE id = $1";

    private final Vertx vertx;

    private final Committer committer;
    private final Plans plans;
    private final Definitions definitions;
    private final Pool pool;

    EngineCommands(Vertx vertx, Committer committer, Plans plans, Definitions definitions, Pool pool) {
        this.vertx = vertx;
        this.committer = committer;
        this.plans = plans;
        this.definitions = definitions;
        this.pool = pool;
    }

    @Override
    public Future<Handled> handle(EngineCommand command) {
        Future<Handled> handled =
                switch (command) {
                    case StartRun start -> start(start);
                    case CompleteTask complete ->
                        committer
                                .submit(new Command.Complete(
                                        complete.runId(),
                                        complete.taskId(),
                                        complete.fence(),
                                        complete.output(),
                                        List.of(),
                                        BY))
                                .map(EngineCommands::handled);
                    case FailTask fail ->
                        committer
                                .submit(new Command.Fail(
                                        fail.runId(),
                                        fail.taskId(),
                                        fail.fence(),
                                        fail.reason(),
                                        MissingNode.getInstance(),
                                        fail.retry() ? new Command.RetryWish.ByPolicy() : new Command.RetryWish.Never(),
                                        List.of()))
                                .map(EngineCommands::handled);
                };
        return handled.recover(failure -> failure instanceof Overloaded || failure instanceof StoreUnavailable
                ? Future.succeededFuture(Handled.retry())
                : Future.failedFuture(failure));
    }

    /** A replayed start finds its run and is done, without a transaction that would have to fail. */
    private Future<Handled> start(StartRun start) {
        if (start.runId().isEmpty()) {
            return startNew(start);
        }
        return pool.preparedQuery(KNOWN).execute(Tuple.of(start.runId().get())).compose(rows -> {
            if (rows.size() == 0) {
                return startNew(start);
            }
            Row known = rows.iterator().next();
            boolean same = known.getString("namespace").equals(start.namespace())
                    && known.getUUID("definition_id").equals(start.definitionId());
            return Future.succeededFuture(
                    same ? Handled.done() : Handled.refused("The run id belongs to another run already"));
        });
    }

    private Future<Handled> startNew(StartRun start) {
        return definitions.find(start.namespace(), start.definitionId()).compose(found -> {
            if (found.isEmpty()) {
                return Future.succeededFuture(
                        Handled.refused("There is no definition " + start.definitionId() + " in the namespace"));
            }
            return plans.plan(vertx, pool, found.get().revisionId()).compose(plan -> committer
                    .start(newRun(start, found.get(), plan.orElseThrow()))
                    .map(EngineCommands::handled));
        });
    }

    private static NewRun newRun(StartRun start, Definition definition, Plan plan) {
        Run.Origin origin = new Run.Origin(
                plan.dialect(),
                definition.namespace(),
                definition.id(),
                definition.revisionId(),
                plan.name(),
                start.input(),
                start.priority().orElse(0),
                start.correlationId(),
                start.idempotencyKey(),
                Optional.empty(),
                BY);
        return new NewRun(
                new Start(start.runId().orElseGet(Ids::next), origin),
                plan,
                definition.sharedWith(),
                definition.userType());
    }

    /** What came too late, or twice, has had its effect or can have none any more. */
    private static Handled handled(Reply reply) {
        return switch (reply) {
            case Reply.Done done -> Handled.done();
            case Reply.Existing existing -> Handled.done();
            case Reply.Refused(Outcome.Rejected rejection) ->
                switch (rejection.code()) {
                    case NOT_FOUND, CONFLICT -> Handled.refused(rejection.message());
                    case STALE -> Handled.done();
                };
        };
    }
}
