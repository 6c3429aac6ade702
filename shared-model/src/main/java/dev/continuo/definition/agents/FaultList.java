package dev.continuo.definition.agents;

import dev.continuo.definition.Fault;
import dev.continuo.expression.Pointer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Collects faults: the first one for each place, and no more than {@link AgentLimits#MAX_FAULTS}. */
final class FaultList {
    private final Map<String, Fault> byPlace = new LinkedHashMap<>();

    void add(Pointer at, String message) {
        add(at.toString(), message);
    }

    void add(String pointer, String message) {
        if (byPlace.size() < AgentLimits.MAX_FAULTS) {
            byPlace.putIfAbsent(pointer, new Fault(pointer, message));
        }
    }

    List<Fault> list() {
        return List.copyOf(byPlace.values());
    }
}
