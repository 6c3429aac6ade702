package dev.continuo.engine;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Outcome.Effect.Change;
import dev.continuo.definition.conductor.WorkflowDefDoc.OnLimit;
import dev.continuo.definition.conductor.WorkflowDefDoc.RateLimit;
import dev.continuo.expression.Limits;
import dev.continuo.expression.Missing;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.model.Run;
import dev.continuo.store.Reply;
import dev.continuo.store.RunLimits;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets only so many runs of one workflow and one key live at once (conductor: rateLimitConfig). A run takes its place
 * before its start is committed and gives it back after its end is, so that there are never more. What a process does not
 * live to do, another one does within seconds. Runs without a limit come by nowhere here.
 */
final class RunSlots {
    /** Of a run's attributes: the key that it shares its limit by. */
    static final String KEY = "rateLimitKey";

    private static final Logger LOG = LoggerFactory.getLogger(RunSlots.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final int MOST = 200;

    private final Vertx vertx;
    private final Context context;
    private final RunLimits limits;
    private final Commands commands;
    private long timer = -1;

    RunSlots(Vertx vertx, Context context, Pool pool, Commands commands) {
        this.vertx = vertx;
        this.context = context;
        this.limits = new RunLimits(pool);
        this.commands = commands;
    }

    void start() {
        context.runOnContext(nothing -> timer = vertx.setPeriodic(LOOK_EVERY.toMillis(), id -> look()));
    }

    void close() {
        context.runOnContext(nothing -> vertx.cancelTimer(timer));
    }

    /** The key of a run that is about to start: what its limit's template comes to. */
    static String key(RateLimit limit, Run.Origin origin) {
        return switch (Template.parse(TextNode.valueOf(limit.key()), Syntax.CONDUCTOR, Limits.DEFAULT)) {
            case ParseResult.Faults faults -> limit.key();
            case ParseResult.Parsed(Template template) ->
                template.render(reference -> value(reference, origin), Missing.NULL_WORD)
                                instanceof RenderResult.Rendered(JsonNode value)
                        ? value.isValueNode() ? value.asText() : value.toString()
                        : limit.key();
        };
    }

    private static JsonNode value(Reference reference, Run.Origin origin) {
        if (!reference.toWorkflow()) {
            return MissingNode.getInstance();
        }
        JsonNode root =
                switch (reference.property()) {
                    case Property.Known.INPUT -> origin.input();
                    case Property.Known known -> MissingNode.getInstance();
                    case Property.Whole whole -> MissingNode.getInstance();
                    case Property.Named(String name) ->
                        switch (name) {
                            case "correlationId" ->
                                origin.correlationId()
                                        .<JsonNode>map(TextNode::valueOf)
                                        .orElseGet(MissingNode::getInstance);
                            case "name", "workflowType" -> TextNode.valueOf(origin.name());
                            case "version" -> IntNode.valueOf(origin.definitionVersion());
                            case "priority" -> IntNode.valueOf(origin.priority());
                            default -> MissingNode.getInstance();
                        };
                };
        return reference.walk(root);
    }

    Future<RunLimits.Place> arrive(UUID runId, RateLimit limit, Run.Origin origin, String key) {
        return limits.arrive(runId, slots(origin, key), limit.concurrent(), limit.onLimit() == OnLimit.QUEUE)
                .map(arrival -> {
                    arrival.toBegin().forEach(this::begin);
                    return arrival.place();
                });
    }

    /** The start did not happen. */
    void left(UUID runId) {
        leave(runId);
    }

    /** Called on a lane's thread. */
    void committed(Outcome.Accepted outcome) {
        Run run = outcome.run();
        if (!run.origin().attributes().has(KEY)) {
            return;
        }
        for (Outcome.Effect effect : outcome.effects()) {
            if (effect instanceof Outcome.Effect.RunChanged(Change change)) {
                switch (change) {
                    case COMPLETED, FAILED, TIMED_OUT, TERMINATED -> context.runOnContext(nothing -> leave(run.id()));
                    case RETRIED, RESTARTED, RERUN -> context.runOnContext(nothing -> again(run));
                    case STARTED, PAUSED, RESUMED -> {}
                }
            }
        }
    }

    private static UUID slots(Run.Origin origin, String key) {
        String all = origin.namespace() + '\0' + origin.name() + '\0' + key;
        return UUID.nameUUIDFromBytes(all.getBytes(UTF_8));
    }

    private void again(Run run) {
        limits.again(
                        run.id(),
                        slots(run.origin(), run.origin().attributes().path(KEY).asText()))
                .onFailure(failure -> LOG.warn("Run {} lives again beside its limit", run.id(), failure));
    }

    private void leave(UUID runId) {
        limits.leave(runId)
                .onSuccess(next -> next.forEach(this::begin))
                .onFailure(failure ->
                        LOG.warn("The place of run {} is given back later: {}", runId, failure.getMessage()));
    }

    /** A run whose start is not committed yet, or that is paused, is told again later. */
    private void begin(UUID runId) {
        commands.submit(new Command.Begin(runId))
                .onSuccess(reply -> {
                    switch (reply) {
                        case Reply.Done done -> began(runId);
                        case Reply.Existing existing -> began(runId);
                        case Reply.Refused(Outcome.Rejected rejection) -> {
                            if (rejection.code() == Outcome.Code.STALE) {
                                began(runId);
                            }
                        }
                    }
                })
                .onFailure(failure -> LOG.debug("Run {} is told to begin again later", runId, failure));
    }

    private void began(UUID runId) {
        limits.began(runId).onFailure(failure -> LOG.debug("Run {} is told to begin twice", runId, failure));
    }

    private void look() {
        Future<List<UUID>> over = limits.over(MOST).onSuccess(runs -> runs.forEach(this::leave));
        Future<List<UUID>> toBegin = limits.toBegin(MOST).onSuccess(runs -> runs.forEach(this::begin));
        Future.join(over, toBegin)
                .onFailure(failure -> LOG.warn("Cannot look for runs that wait to begin: {}", failure.getMessage()));
    }
}
