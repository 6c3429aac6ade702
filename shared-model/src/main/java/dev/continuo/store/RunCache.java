package dev.continuo.store;

import dev.continuo.decide.RunState;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/**
 * The states of runs that a lane has lately decided for; the least recently used go first. Confined to its lane.
 * Correctness never depends on it: a state counts only as long as its version is the locked row's.
 */
final class RunCache {
    private record Entry(RunState state, long weight) {}

    private final long maxWeight;
    private final LinkedHashMap<UUID, Entry> entries = new LinkedHashMap<>(256, 0.75f, true);
    private long weight;

    RunCache(long maxWeight) {
        this.maxWeight = maxWeight;
    }

    RunState get(UUID runId) {
        Entry entry = entries.get(runId);
        return entry == null ? null : entry.state();
    }

    void put(RunState state) {
        UUID id = state.run().id();
        remove(id);
        Entry entry = new Entry(state, state.weight());
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
