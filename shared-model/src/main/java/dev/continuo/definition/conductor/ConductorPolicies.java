package dev.continuo.definition.conductor;

import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import java.time.Duration;
import java.util.Optional;

/**
 * The retry and time policies of a task in a snapshot (conductor: retries, timeouts).
 *
 * <p>A worker task without a definition has the definition's defaults: 3 retries, 60 s apart, 3,600 s to respond. A system
 * task without one is not retried and has no limits, unless the workflow gives it a {@code retryCount}.
 */
public final class ConductorPolicies {
    private ConductorPolicies() {}

    public static RetryPolicy retry(WorkflowTaskDoc task) {
        Optional<SystemTaskType> system = task.systemType();
        if (system.filter(SystemTaskType::neverRetried).isPresent()) {
            return RetryPolicy.NEVER;
        }
        TaskDefDoc def = task.taskDefinition().orElseGet(TaskDefDoc::defaults);
        boolean defined = system.isEmpty() || task.taskDefinition().isPresent();
        int limit = task.retryCount().orElse(defined ? def.retryCount() : 0);
        return new RetryPolicy(
                limit,
                def.retryLogic(),
                def.retryDelay(),
                def.backoffScaleFactor(),
                def.maxRetryDelay(),
                def.backoffJitter());
    }

    public static TimePolicy time(WorkflowTaskDoc task) {
        Optional<TaskDefDoc> def = task.taskDefinition();
        if (def.isEmpty() && task.systemType().isPresent()) {
            return new TimePolicy(
                    task.startDelay(), Optional.empty(), TimePolicy.OnTimeout.TIME_OUT_RUN, Optional.empty());
        }
        TaskDefDoc read = def.orElseGet(TaskDefDoc::defaults);
        return new TimePolicy(
                task.startDelay(),
                read.timeout(),
                read.timeoutPolicy(),
                response(task, read),
                read.pollTimeout(),
                read.totalTimeout());
    }

    /**
     * Nobody owes an answer for what waits for time, a person, other tasks or another run; nor for a system task that
     * somebody outside completes.
     */
    private static Optional<Duration> response(WorkflowTaskDoc task, TaskDefDoc def) {
        boolean owed = task.systemType()
                .map(system -> switch (system.execution()) {
                    case CONTAINER, DECIDED, WAITING -> false;
                    case CONNECTOR -> system != SystemTaskType.SUB_WORKFLOW && !task.asyncComplete();
                })
                .orElse(true);
        return owed ? def.responseTimeout() : Optional.empty();
    }
}
