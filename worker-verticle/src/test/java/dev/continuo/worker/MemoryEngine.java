package dev.continuo.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.engine.SecretInputs;
import dev.continuo.model.LogEntry;
import dev.continuo.store.ClaimedTask;
import dev.continuo.store.Lease;
import dev.continuo.store.Reply;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Tasks with fences and leases in memory, and a switch for each way in which the real engine may fail. */
final class MemoryEngine implements WorkerEngine {
    final List<Integer> claimSizes = new CopyOnWriteArrayList<>();
    final List<Integer> renewals = new CopyOnWriteArrayList<>();
    final List<Command> submitted = new CopyOnWriteArrayList<>();
    final List<LogEntry> appended = new CopyOnWriteArrayList<>();
    final Set<UUID> locked = ConcurrentHashMap.newKeySet();
    volatile Optional<RuntimeException> claimFailure = Optional.empty();
    volatile Optional<RuntimeException> submitFailure = Optional.empty();
    volatile Optional<RuntimeException> extendFailure = Optional.empty();
    volatile Optional<RuntimeException> releaseFailure = Optional.empty();

    volatile Function<JsonNode, Future<SecretInputs.Filled>> filling =
            input -> Future.succeededFuture(new SecretInputs.Filled.Ready(input, List.of()));

    private final Map<UUID, Stored> tasks = new ConcurrentHashMap<>();

    private record Stored(ClaimedTask task, boolean open) {}

    ClaimedTask put(UUID id, JsonNode input, Duration lease, Optional<Duration> timeLeft) {
        ClaimedTask task = new ClaimedTask(id, new UUID(9, 9), "ns", "step", "TEST", 0, 0, input, lease, timeLeft);
        tasks.put(id, new Stored(task, true));
        return task;
    }

    /** The task is handed out again, as the engine does after a lease has ended. */
    void takeAway(UUID id) {
        tasks.computeIfPresent(id, (key, stored) -> new Stored(fenced(stored.task, stored.task.fence() + 1), false));
    }

    private static ClaimedTask fenced(ClaimedTask t, int fence) {
        return new ClaimedTask(
                t.id(),
                t.runId(),
                t.namespace(),
                t.ref(),
                t.type(),
                t.attempt(),
                fence,
                t.input(),
                t.lease(),
                t.timeLeft());
    }

    private boolean ours(UUID id, int fence) {
        Stored stored = tasks.get(id);
        return stored != null && !stored.open && stored.task.fence() == fence;
    }

    @Override
    public Future<List<ClaimedTask>> claim(Collection<UUID> taskIds, String workerId) {
        if (claimFailure.isPresent()) {
            return Future.failedFuture(claimFailure.get());
        }
        claimSizes.add(taskIds.size());
        List<ClaimedTask> claimed = new ArrayList<>();
        for (UUID id : taskIds) {
            Stored stored = tasks.get(id);
            if (stored != null && stored.open && !locked.contains(id)) {
                ClaimedTask task = fenced(stored.task, stored.task.fence() + 1);
                tasks.put(id, new Stored(task, false));
                claimed.add(task);
            }
        }
        return Future.succeededFuture(claimed);
    }

    @Override
    public Future<Set<UUID>> open(Collection<UUID> taskIds) {
        Set<UUID> open = new HashSet<>();
        taskIds.stream()
                .filter(id -> tasks.containsKey(id) && tasks.get(id).open)
                .forEach(open::add);
        return Future.succeededFuture(open);
    }

    @Override
    public Future<Set<UUID>> extend(Collection<Lease> leases) {
        if (extendFailure.isPresent()) {
            return Future.failedFuture(extendFailure.get());
        }
        renewals.add(leases.size());
        Set<UUID> ours = new HashSet<>();
        leases.stream().filter(lease -> ours(lease.taskId(), lease.fence())).forEach(lease -> ours.add(lease.taskId()));
        return Future.succeededFuture(ours);
    }

    @Override
    public Future<Set<UUID>> release(Collection<Lease> leases) {
        if (releaseFailure.isPresent()) {
            return Future.failedFuture(releaseFailure.get());
        }
        Set<UUID> released = new HashSet<>();
        for (Lease lease : leases) {
            if (ours(lease.taskId(), lease.fence())) {
                tasks.computeIfPresent(
                        lease.taskId(), (id, stored) -> new Stored(fenced(stored.task, lease.fence() + 1), true));
                released.add(lease.taskId());
            }
        }
        return Future.succeededFuture(released);
    }

    @Override
    public Future<Reply> submit(Command command) {
        if (submitFailure.isPresent()) {
            return Future.failedFuture(submitFailure.get());
        }
        submitted.add(command);
        boolean current =
                switch (command) {
                    case Command.Complete complete ->
                        ours(complete.taskId(), complete.fence().orElseThrow());
                    case Command.Fail fail -> ours(fail.taskId(), fail.fence().orElseThrow());
                    case Command.Defer defer ->
                        ours(defer.taskId(), defer.fence().orElseThrow());
                    case Command other -> true;
                };
        return Future.succeededFuture(
                current
                        ? new Reply.Existing(command.runId())
                        : new Reply.Refused(new Outcome.Rejected(Outcome.Code.STALE, "another attempt")));
    }

    @Override
    public Future<Void> append(List<LogEntry> lines) {
        appended.addAll(lines);
        return Future.succeededFuture();
    }

    @Override
    public Future<SecretInputs.Filled> filled(ClaimedTask task, JsonNode input) {
        return filling.apply(input);
    }
}
