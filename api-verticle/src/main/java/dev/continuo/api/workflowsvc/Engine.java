package dev.continuo.api.workflowsvc;

import dev.continuo.decide.Command;
import dev.continuo.definition.Plan;
import dev.continuo.store.Committer;
import dev.continuo.store.NewRun;
import dev.continuo.store.Plans;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.Optional;
import java.util.UUID;

/** What the dialect asks of the engine. */
public record Engine(Committer committer, Plans plans, Pool pool) {

    Future<Reply> start(NewRun run) {
        return committer.start(run);
    }

    Future<Reply> submit(Command command) {
        return committer.submit(command);
    }

    Future<Optional<Plan>> plan(UUID revisionId) {
        return plans.plan(pool, revisionId);
    }
}
