package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.QueryReader;
import dev.continuo.engine.PollHub;
import dev.continuo.model.QueueName;
import dev.continuo.store.PollTimes.PollTime;
import dev.continuo.store.QueueCounts.Count;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/** How much waits for external workers, and who asked for it last (conductor: queue sizes, poll data). */
final class QueueRoutes {
    private final PollHub hub;

    QueueRoutes(PollHub hub) {
        this.hub = hub;
    }

    List<Endpoint> endpoints(String base) {
        String queue = base + "/tasks/queue";
        return List.of(
                Endpoint.get(queue + "/sizes", this::sizes),
                Endpoint.get(queue + "/size", this::size),
                Endpoint.get(queue + "/all", call -> all(QueueRoutes::brief)),
                Endpoint.get(queue + "/all/verbose", call -> all(QueueRoutes::sharded)),
                Endpoint.get(queue + "/polldata", this::pollData),
                Endpoint.get(queue + "/polldata/all", call -> pollData(time -> true)),
                Endpoint.plain(HttpMethod.POST, queue + "/requeue/{taskType}", this::requeue),
                Endpoint.get(base + "/admin/queues", this::queues),
                Endpoint.get(base + "/queue", this::eventQueues),
                Endpoint.get(base + "/queue/size", this::eventQueues));
    }

    private Future<Answer> sizes(Call call) {
        QueryReader query = call.query();
        List<String> types = query.texts("taskType");
        return query.then(() -> {
            if (types.isEmpty()) {
                return all(QueueRoutes::brief);
            }
            return hub.counts()
                    .of(types.stream().distinct().map(QueueName::of).toList())
                    .map(counts -> shown(counts, QueueRoutes::brief));
        });
    }

    private Future<Answer> size(Call call) {
        QueryReader query = call.query();
        QueueName queue = new QueueName(query.required("taskType"), query.text("domain"));
        return query.then(() -> hub.counts()
                .of(List.of(queue))
                .map(counts -> Answer.ok(LongNode.valueOf(counts.get(queue).waiting()))));
    }

    private Future<Answer> all(Show show) {
        return hub.counts().all().map(counts -> shown(counts, show));
    }

    private Future<Answer> queues(Call call) {
        QueryReader query = call.query();
        boolean verbose = query.flag("verbose");
        return query.then(
                () -> all(verbose ? (view, name, count) -> view.set(name, detailed(count)) : QueueRoutes::brief));
    }

    @FunctionalInterface
    private interface Show {
        void add(ObjectNode view, String name, Count count);
    }

    private static Answer shown(Map<QueueName, Count> counts, Show show) {
        ObjectNode view = Views.object();
        counts.forEach((queue, count) -> show.add(view, queue.shown(), count));
        return Answer.ok(view);
    }

    private static void brief(ObjectNode view, String name, Count count) {
        view.put(name, count.waiting());
    }

    /** There is one shard, whose name in the original is this. */
    private static void sharded(ObjectNode view, String name, Count count) {
        view.putObject(name).set("a", detailed(count));
    }

    private static ObjectNode detailed(Count count) {
        return Views.object().put("size", count.waiting()).put("uacked", count.handed());
    }

    private Future<Answer> pollData(Call call) {
        QueryReader query = call.query();
        String type = query.required("taskType");
        return query.then(() -> pollData(time -> time.queue().name().equals(type)));
    }

    private Future<Answer> pollData(Predicate<PollTime> wanted) {
        return hub.pollTimes()
                .map(times ->
                        Answer.ok(Views.array(times.stream().filter(wanted).toList(), QueueRoutes::pollData)));
    }

    private static ObjectNode pollData(PollTime time) {
        ObjectNode view = Views.object().put("queueName", time.queue().name());
        time.queue().domain().ifPresent(domain -> view.put("domain", domain));
        time.workerId().ifPresent(worker -> view.put("workerId", worker));
        return view.put("lastPollTime", time.at().toEpochMilli());
    }

    /** The queues that end WAIT tasks by events: there are none, since calls and event handlers end them. */
    private Future<Answer> eventQueues(Call call) {
        return Answer.ok(Views.object()).now();
    }

    private Future<Answer> requeue(Call call) {
        return hub.requeue(call.path("taskType")).map(count -> Answer.text(Long.toString(count)));
    }
}
