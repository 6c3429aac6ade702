package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.EventSink;
import dev.continuo.engine.AgentDocuments;
import dev.continuo.engine.AgentDocuments.Status;
import dev.continuo.engine.Agents;
import dev.continuo.engine.Watchers;
import dev.continuo.store.AgentTasks.AgentTask;
import dev.continuo.store.TaskPulses;
import dev.continuo.store.TaskPulses.Pulse;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code task/{taskId}/events}: a task as it goes on. Event {@code log} is a line of the log, its id the line's index; event
 * {@code task} is the whole task, with each change of its status. The last one has an id, too: whoever comes again with it
 * has everything, and is told so with 204, which ends the tries of a browser.
 */
final class TaskEvents {
    private static final Logger LOG = LoggerFactory.getLogger(TaskEvents.class);

    /** Wake-ups may get lost, and lines of the log have none. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    /** Of a long log so many characters are sent at once, and then the client gets the time to read them. */
    private static final long PORTION = 256 << 10;

    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final Optional<String> LINE = Optional.of("log");
    private static final Optional<String> TASK = Optional.of("task");

    private final Vertx vertx;
    private final Agents tasks;
    private final TaskPulses pulses;
    private final Watchers watchers;

    TaskEvents(Vertx vertx, Agents tasks, TaskPulses pulses, Watchers watchers) {
        this.vertx = vertx;
        this.tasks = tasks;
        this.pulses = pulses;
        this.watchers = watchers;
    }

    List<Endpoint> endpoints(String base) {
        return List.of(Endpoint.get(base + "/task/{taskId}/events", this::follow));
    }

    private Future<Answer> follow(Call call) {
        Optional<UUID> id = call.id("taskId");
        if (id.isEmpty()) {
            return Refusals.noTask().now();
        }
        String namespace = call.principal().namespace();
        String owner = call.principal().id();
        long first = firstLine(call);
        return tasks.task(namespace, owner, id.get())
                .map(found -> found.map(task -> begun(task, first)).orElseGet(Refusals::noTask));
    }

    private Answer begun(AgentTask task, long first) {
        boolean hasAll = task.status().terminal() && first > lines(task);
        return hasAll
                ? Answer.nothing()
                : new Answer.Stream(sink -> new Following(task, sink, first, vertx.getOrCreateContext()).look());
    }

    /** Behind the line that the client says it has; from the start when what it says is none of ours. */
    private static long firstLine(Call call) {
        return call.header("Last-Event-ID")
                .map(String::strip)
                .filter(id -> id.matches("[0-9]{1,15}"))
                .map(id -> Long.parseLong(id) + 1)
                .orElse(0L);
    }

    private static long lines(AgentTask task) {
        return task.earlier() + task.logs().size();
    }

    /** One client's way along a task, one step after the other. */
    private final class Following {
        private final UUID id;
        private final EventSink sink;
        private final Context context;
        private long next;
        private Optional<Pulse> seen = Optional.empty();
        private Optional<Status> shown = Optional.empty();

        private Following(AgentTask task, EventSink sink, long first, Context context) {
            this.id = task.id();
            this.sink = sink;
            this.next = first;
            this.context = context;
        }

        /** The pulse is read before the task: what happens in between is looked at again. */
        private void look() {
            pulses.of(id)
                    .compose(pulse -> {
                        if (pulse.isPresent() && pulse.equals(seen)) {
                            return Future.succeededFuture(true);
                        }
                        seen = pulse;
                        return tasks.task(id)
                                .compose(found -> found.map(this::told).orElseGet(() -> Future.succeededFuture(false)));
                    })
                    .onSuccess(goesOn -> {
                        if (goesOn) {
                            waitForMore();
                        } else {
                            sink.end();
                        }
                    })
                    .onFailure(failure -> {
                        // The client comes again, and goes on where it was.
                        LOG.warn("Task {} cannot be followed: {}", id, failure.getMessage());
                        sink.end();
                    });
        }

        /** Tells what is new, a portion at a time; false when nothing more will come. */
        private Future<Boolean> told(AgentTask task) {
            long chars = 0;
            next = Math.max(next, task.earlier());
            while (next < lines(task) && chars < PORTION) {
                String text = task.logs().get((int) (next - task.earlier()));
                sink.send(Optional.of(Long.toString(next)), LINE, TextNode.valueOf(text));
                chars += text.length();
                next++;
            }
            if (chars >= PORTION && !sink.closed().isComplete()) {
                return vertx.timer(PAUSE.toMillis(), TimeUnit.MILLISECONDS).compose(passed -> told(task));
            }
            Status status = Status.of(task.status());
            boolean ended = task.status().terminal();
            if (shown.filter(status::equals).isEmpty()) {
                Optional<String> last = ended ? Optional.of(Long.toString(lines(task))) : Optional.empty();
                sink.send(last, TASK, AgentDocuments.of(task));
                shown = Optional.of(status);
            }
            return Future.succeededFuture(!ended);
        }

        private void waitForMore() {
            watchers.until(id, outcome -> true, LOOK, sink.closed())
                    .recover(tooMany ->
                            vertx.timer(LOOK.toMillis(), TimeUnit.MILLISECONDS).map(true))
                    .onComplete(woken -> context.runOnContext(now -> {
                        if (!sink.closed().isComplete()) {
                            look();
                        }
                    }));
        }
    }
}
