package dev.continuo.definition.workflowsvc;

import dev.continuo.definition.Fault;
import dev.continuo.expression.Pointer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects faults: the first one for each place, and no more than a limit. */
final class Faults {
    private final int limit;
    private final Map<String, Fault> byPlace = new LinkedHashMap<>();

    Faults(int limit) {
        this.limit = limit;
    }

    void add(Pointer at, String message) {
        add(at.toString(), message);
    }

    void add(String pointer, String message) {
        if (!full()) {
            byPlace.putIfAbsent(pointer, new Fault(pointer, message));
        }
    }

    void addAll(Pointer at, List<Fault> below) {
        below.forEach(fault -> add(at + fault.pointer(), fault.message()));
    }

    boolean full() {
        return byPlace.size() >= limit;
    }

    List<Fault> list() {
        return List.copyOf(byPlace.values());
    }
}
