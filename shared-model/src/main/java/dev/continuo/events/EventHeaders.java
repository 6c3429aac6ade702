package dev.continuo.events;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a record: the attributes of CloudEvents 1.0 in Kafka's binary mode, and what tells tasks apart. */
public final class EventHeaders {
    public static final String ID = "ce_id";
    public static final String TYPE = "ce_type";
    public static final String SOURCE = "ce_source";
    public static final String SPEC_VERSION = "ce_specversion";
    public static final String TIME = "ce_time";
    public static final String CONTENT_TYPE = "content-type";

    /** On task-queued only: the task's type, so that a consumer can skip what it does not run without parsing it. */
    public static final String TASK_TYPE = "task-type";

    /** On task-queued only, of a task for external workers: the name and the domain of the queue that it waits in. */
    public static final String TASK_NAME = "task-name";

    public static final String TASK_DOMAIN = "task-domain";

    /** On task-queued and lifecycle: which process published it, so that it need not hear itself. */
    public static final String PROCESS = "process";

    /** On task-queued and lifecycle: the run that it is about. */
    public static final String RUN_ID = "run-id";

    private static final int MAX_BYTES = 4096;

    private EventHeaders() {}

    /**
     * @param source the CloudEvents source, a URI reference
     * @param process tells processes of one source apart
     */
    record Origin(String source, String process) {}

    /**
     * Of an event that its publisher need not recognise.
     *
     * @param source the CloudEvents source, a URI reference
     * @param now for {@code ce_time}
     */
    public static Headers of(WorkflowEvent event, String source, Instant now) {
        return of(event, new Origin(source, ""), now);
    }

    /**
     * @param origin who sends
     * @param now for {@code ce_time}
     */
    static Headers of(Event event, Origin origin, Instant now) {
        Headers headers = new RecordHeaders()
                .add(ID, bytes(event.id().orElseGet(() -> UUID.randomUUID().toString())))
                .add(TYPE, bytes(event.eventType().ceType()))
                .add(SOURCE, bytes(origin.source()))
                .add(SPEC_VERSION, bytes("1.0"))
                .add(TIME, bytes(now.toString()))
                .add(CONTENT_TYPE, bytes("application/json"));
        if (event instanceof TaskQueued queued) {
            headers.add(TASK_TYPE, bytes(queued.type()))
                    .add(PROCESS, bytes(origin.process()))
                    .add(RUN_ID, bytes(queued.runId().toString()));
            queued.queue().ifPresent(queue -> {
                headers.add(TASK_NAME, bytes(queue.name()));
                queue.domain().ifPresent(domain -> headers.add(TASK_DOMAIN, bytes(domain)));
            });
        }
        if (event instanceof RunLifecycle changed) {
            headers.add(PROCESS, bytes(origin.process()))
                    .add(RUN_ID, bytes(changed.runId().toString()));
        }
        return headers;
    }

    /** The last header of the name; empty when there is none, or one too long to be meant. */
    public static Optional<String> text(Headers headers, String name) {
        Header header = headers.lastHeader(name);
        if (header == null || header.value() == null || header.value().length > MAX_BYTES) {
            return Optional.empty();
        }
        return Optional.of(new String(header.value(), UTF_8));
    }

    static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
