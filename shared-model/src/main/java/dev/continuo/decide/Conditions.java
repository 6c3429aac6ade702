package dev.continuo.decide;

import dev.continuo.expression.Condition;
import java.util.LinkedHashMap;
import java.util.Map;

/** Conditions that come with a run's data, compiled: the same texts come again with every run. Of one thread. */
final class Conditions {
    private static final int MOST = 1_000;

    private final Map<String, Condition.Compilation> known = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Condition.Compilation> eldest) {
            return size() > MOST;
        }
    };

    Condition.Compilation compiled(String source) {
        return known.computeIfAbsent(source, Condition::compile);
    }
}
