package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TimePolicy;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.QueueName;
import dev.continuo.model.Task;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Which queue an external task waits in, and for how long (source: conductor, section 3.2). */
final class Queues {
    /** Of a run's attributes: a domain, or several to be tried in order, by task name or {@code *}. */
    static final String DOMAINS = "taskToDomain";

    private static final String NO_DOMAIN = "NO_DOMAIN";

    private final Draft draft;

    Queues(Draft draft) {
        this.draft = draft;
    }

    Task assigned(Task task) {
        String name = task.label().type();
        JsonNode domains = draft.run().origin().attributes().path(DOMAINS);
        String wish = domains.path(name).asText(domains.path("*").asText(""));
        return task.withLabel(task.label().queued(choose(name, wish).stored()));
    }

    private QueueName choose(String name, String wish) {
        List<String> list = Stream.of(wish.split(","))
                .map(String::strip)
                .filter(domain -> !domain.isEmpty())
                .toList();
        if (list.isEmpty()) {
            return QueueName.of(name);
        }
        for (String domain : list.subList(0, list.size() - 1)) {
            QueueName queue = queue(name, domain);
            if (draft.moment().world().polled(queue.stored())) {
                return queue;
            }
        }
        return queue(name, list.getLast());
    }

    private static QueueName queue(String name, String domain) {
        return domain.equals(NO_DOMAIN) ? QueueName.of(name) : new QueueName(name, Optional.of(domain));
    }

    /** The task's one clock while it waits for a worker: whichever of its limits ends first. */
    static Due due(Task task, TimePolicy time, Duration wait, Instant now) {
        Optional<Instant> deadline = task.claim().deadline();
        if (!wait.isZero()) {
            Instant ready = now.plus(wait);
            // A limit that only alerts does not make a task ready before its time.
            boolean ends = time.onTimeout() != TimePolicy.OnTimeout.ALERT_ONLY;
            return Due.at(
                    DueKind.DELAY,
                    deadline.filter(at -> ends && ready.isAfter(at)).orElse(ready));
        }
        Optional<Instant> poll = time.poll().map(now::plus);
        Optional<Instant> first =
                Stream.of(poll, deadline).flatMap(Optional::stream).min(Instant::compareTo);
        return new Due(DueKind.QUEUED, first);
    }
}
