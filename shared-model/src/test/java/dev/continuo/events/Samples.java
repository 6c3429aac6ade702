package dev.continuo.events;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.events.RunLifecycle.Change;
import dev.continuo.model.QueueName;
import dev.continuo.model.RunStatus;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Events to send about, one of each type at least. */
final class Samples {
    static final UUID RUN = UUID.fromString("0198c0de-0000-7000-8000-000000000001");
    static final UUID TASK = UUID.fromString("0198c0de-0000-7000-8000-000000000002");
    static final UUID DEFINITION = UUID.fromString("0198c0de-0000-7000-8000-000000000003");

    private Samples() {}

    static List<Event> all() {
        ObjectNode payload = JsonNodeFactory.instance.objectNode();
        payload.put("amount", new BigDecimal("12.5"))
                .putArray("tags")
                .add("ä\"\n")
                .addNull();
        return List.of(
                queued(TASK),
                queued(QueueName.of("pack")),
                queued(new QueueName("pack it", Optional.of("ä"))),
                lifecycle(Change.COMPLETED, RunStatus.COMPLETED, Optional.empty()),
                lifecycle(Change.FAILED, RunStatus.FAILED, Optional.of("the upstream is gone")),
                lifecycle(Change.RESTARTED, RunStatus.RUNNING, Optional.empty()),
                lifecycle(Change.RERUN, RunStatus.RUNNING, Optional.empty()),
                announced(payload),
                new StartRun(
                        Optional.of(RUN),
                        "acme",
                        DEFINITION,
                        payload,
                        Optional.of("order-1"),
                        Optional.of("order 1"),
                        OptionalInt.of(9)),
                start(Optional.empty()),
                new CompleteTask(RUN, TASK, OptionalInt.of(3), payload),
                new CompleteTask(RUN, TASK, OptionalInt.empty(), JsonNodeFactory.instance.objectNode()),
                new FailTask(RUN, TASK, OptionalInt.of(3), "no stock", false));
    }

    static TaskQueued queued(UUID task) {
        return new TaskQueued(task, RUN, "acme", "REST_CONNECTOR", 7, 1);
    }

    static TaskQueued queued(QueueName queue) {
        return new TaskQueued(TASK, RUN, "acme", "SIMPLE", 7, 1, Optional.of(queue));
    }

    static RunLifecycle lifecycle(Change change, RunStatus status, Optional<String> reason) {
        return new RunLifecycle(
                RUN,
                "acme",
                DEFINITION,
                "orders",
                change,
                status,
                9,
                Instant.parse("2026-11-22T05:00:00.123Z"),
                reason);
    }

    static WorkflowEvent announced(ObjectNode payload) {
        return new WorkflowEvent(TASK.toString(), "conductor:orders:paid", "acme", RUN, TASK, payload);
    }

    static StartRun start(Optional<String> idempotencyKey) {
        return new StartRun(
                Optional.empty(),
                "acme",
                DEFINITION,
                JsonNodeFactory.instance.objectNode(),
                idempotencyKey,
                Optional.empty(),
                OptionalInt.empty());
    }

    static FailTask fail(UUID run, String reason) {
        return new FailTask(run, TASK, OptionalInt.empty(), reason, true);
    }
}
