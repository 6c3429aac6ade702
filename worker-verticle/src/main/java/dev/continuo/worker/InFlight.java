package dev.continuo.worker;

import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tasks that some worker of this process is busy with: a copy of an event is dropped without asking Postgres. One for
 * all workers of a process; it only saves work, the claim is what counts. Bounded by the open events of all workers.
 */
public final class InFlight {
    private final Set<UUID> tasks = ConcurrentHashMap.newKeySet();

    /** False when somebody is busy with it already. */
    boolean begin(UUID taskId) {
        return tasks.add(taskId);
    }

    void end(UUID taskId) {
        tasks.remove(taskId);
    }
}
