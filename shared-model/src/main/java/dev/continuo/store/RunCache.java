package dev.continuo.store;

import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The states of runs that a lane has lately decided for; the least recently used go first. Confined to its lane.
 * Correctness never depends on it: a state counts only as long as its version is the locked row's.
 */
final class RunCache {
    record Entry(RunState state, Plan plan, long weight) {}

    private final long maxWeight;
    private final LinkedHashMap<UUID, Entry> entries = new LinkedHashMap<>(256, 0.75f, true);
    private long weight;

    RunCache(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    Optional<Entry> get(UUID runId) {
        return Optional.ofNullable(entries.get(runId));
    }

    void put(RunState state, Plan plan) {
        UUID id = state.run().id();
        remove(id);
        Entry entry = new Entry(state, plan, state.weight());
        entries.put(id, entry);
        weight += entry.weight();
        var eldest = entries.entrySet().iterator();
        while (weight > maxWeight && eldest.hasNext()) {
            Map.Entry<UUID, Entry> oldest = eldest.next();
            weight -= oldest.getValue().weight();
            eldest.remove();
        }
    }

    void remove(UUID runId) {
        Entry entry = entries.remove(runId);
        if (entry != null) {
            weight -= entry.weight();
        }
    }
}
