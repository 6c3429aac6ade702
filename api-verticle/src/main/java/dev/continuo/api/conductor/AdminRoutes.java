package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.decide.Command;
import dev.continuo.engine.Settings;
import dev.continuo.store.Committer;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.Listed;
import dev.continuo.store.Paging;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** {@code admin} and {@code queue}: what operators look at, and runs that are to be looked at now (conductor: Admin). */
final class AdminRoutes {
    private static final int MOST_DUE = 500;
    private static final int DEFAULT_PAGE = 100;
    private static final int MAX_PAGE = 1_000;

    private final Settings settings;
    private final ConductorTasks tasks;
    private final ShownTasks shown;
    private final Committer committer;

    AdminRoutes(Settings settings, ConductorTasks tasks, ShownTasks shown, Committer committer) {
        this.settings = settings;
        this.tasks = tasks;
        this.shown = shown;
        this.committer = committer;
    }

    List<Endpoint> endpoints(String base) {
        String admin = base + "/admin";
        return List.of(
                Endpoint.get(admin + "/config", call -> Answer.ok(config()).now()),
                Endpoint.get(admin + "/task/{tasktype}", this::openTasks),
                Endpoint.plain(HttpMethod.POST, admin + "/sweep/requeue/{workflowId}", this::sweep),
                Endpoint.plain(HttpMethod.POST, admin + "/consistency/verifyAndRepair/{workflowId}", this::repair));
    }

    /** The settings by their names, without those that let anybody in. */
    private ObjectNode config() {
        ObjectNode view = Views.object();
        view.put("postgres.host", settings.postgres().host());
        view.put("postgres.port", settings.postgres().port());
        view.put("postgres.database", settings.postgres().database());
        view.put("kafka.bootstrap", settings.kafka().bootstrapServers());
        view.put("topic.prefix", settings.kafka().topicPrefix());
        view.put("topic.partitions", settings.kafka().partitions());
        view.put("topic.replication", settings.kafka().replication());
        view.put("max.body.bytes", settings.http().maxBodyBytes());
        view.put("api.instances", settings.http().instances());
        view.put("lanes", settings.engine().lanes());
        view.put("lane.queue", settings.engine().laneQueue());
        view.put("batch.max", settings.engine().batchMax());
        view.put("lease.seconds", settings.engine().lease().toSeconds());
        view.put("redispatch.seconds", settings.engine().redispatch().toSeconds());
        view.put("worker.instances", settings.worker().instances());
        view.put("worker.concurrency", settings.worker().concurrency());
        view.put("http.response.bytes", settings.worker().responseBytes());
        view.put("script.timeout.ms", settings.scripts().timeout().toMillis());
        view.put("script.result.bytes", settings.scripts().resultBytes());
        return view;
    }

    private Future<Answer> openTasks(Call call) {
        QueryReader query = call.query();
        int start = query.number(0, 0, Listed.MAX_TOTAL, "start");
        int count = query.number(DEFAULT_PAGE, 1, MAX_PAGE, "count");
        return query.then(() -> tasks.openOfType(
                        ConductorApi.NAMESPACE, call.path("tasktype"), new Paging(start, count))
                .compose(listed -> switch (listed) {
                    case Listed.Page<Found>(long total, List<Found> rows) ->
                        shown.all(rows).map(views -> Answer.ok(Views.array(views)));
                    case Listed.TooLarge<Found>(long bytes) ->
                        Problem.badRequest("These tasks carry %d bytes, more than the %d that one answer may: lower"
                                                .formatted(bytes, Listed.MAX_PAGE_BYTES)
                                        + " count")
                                .now();
                }));
    }

    private Future<Answer> sweep(Call call) {
        return decided(call, found -> "true." + found.run());
    }

    private Future<Answer> repair(Call call) {
        return decided(call, found -> Boolean.toString(found.overdue()));
    }

    /** @param overdue whether something was due that nobody had looked at */
    private record Decided(UUID run, boolean overdue) {}

    @FunctionalInterface
    private interface Words {
        String of(Decided decided);
    }

    /** Looks at everything in the run whose time has come, as the sweep does sooner or later. */
    private Future<Answer> decided(Call call, Words words) {
        return TaskRoutes.withId(call, "workflowId", id -> tasks.run(ConductorApi.NAMESPACE, id)
                .compose(run -> run.isEmpty()
                        ? RunOperations.notFound(id.toString()).now()
                        : tasks.due(ConductorApi.NAMESPACE, id, MOST_DUE)
                                .compose(due -> submitted(id, due))
                                .map(due -> Answer.text(words.of(new Decided(id, due))))));
    }

    private Future<Boolean> submitted(UUID runId, List<UUID> due) {
        List<Future<Reply>> replies = new ArrayList<>();
        due.forEach(task -> replies.add(committer.submit(new Command.TaskDue(runId, task))));
        replies.add(committer.submit(new Command.RunDue(runId)));
        return Future.all(replies).map(all -> replies.stream().anyMatch(reply -> reply.result() instanceof Reply.Done));
    }
}
