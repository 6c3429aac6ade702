package dev.continuo.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.engine.SecretInputs;
import dev.continuo.model.LogEntry;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Claims;
import dev.continuo.store.Committer;
import dev.continuo.store.Lease;
import dev.continuo.store.Reply;
import dev.continuo.store.TaskLogs;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** All that a worker asks of the engine. Futures complete on the caller's context. */
public interface WorkerEngine {

    /** See {@link Claims#claim}. */
    Future<List<ClaimedTask>> claim(Collection<UUID> taskIds, String workerId);

    /** See {@link Claims#open}. */
    Future<Set<UUID>> open(Collection<UUID> taskIds);

    /** See {@link Claims#extend}. */
    Future<Set<UUID>> extend(Collection<Lease> leases);

    /** See {@link Claims#release}. */
    Future<Set<UUID>> release(Collection<Lease> leases);

    /** See {@link Committer#submit}. */
    Future<Reply> submit(Command command);

    /** See {@link TaskLogs#append}. */
    Future<Void> append(List<LogEntry> lines);

    /** Lines of this task have been appended while it is executed. */
    default void logged(ClaimedTask task) {}

    /** See {@link SecretInputs#ofRun}. */
    Future<SecretInputs.Filled> filled(ClaimedTask task, JsonNode input);

    /** Longer than any statement may take: a database that has gone silent must not hold a worker for ever. */
    long LIMIT_SECONDS = 20;

    static WorkerEngine of(
            Committer committer, Claims claims, TaskLogs logs, SecretInputs inputs, Consumer<ClaimedTask> logged) {
        return new WorkerEngine() {
            @Override
            public Future<List<ClaimedTask>> claim(Collection<UUID> taskIds, String workerId) {
                return claims.claim(taskIds, workerId).timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public Future<Set<UUID>> open(Collection<UUID> taskIds) {
                return claims.open(taskIds).timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public Future<Set<UUID>> extend(Collection<Lease> leases) {
                return claims.extend(leases).timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public Future<Set<UUID>> release(Collection<Lease> leases) {
                return claims.release(leases).timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public Future<Reply> submit(Command command) {
                return committer.submit(command);
            }

            @Override
            public Future<Void> append(List<LogEntry> lines) {
                return logs.append(lines).timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }

            @Override
            public void logged(ClaimedTask task) {
                logged.accept(task);
            }

            @Override
            public Future<SecretInputs.Filled> filled(ClaimedTask task, JsonNode input) {
                return inputs.ofRun(task.namespace(), task.runId(), task.ref(), input)
                        .timeout(LIMIT_SECONDS, TimeUnit.SECONDS);
            }
        };
    }
}
