package dev.continuo.worker.connector.ai;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Whom AI_CONVERSE tasks may ask: what {@code _teamId} stands for. */
public final class Teams {
    /** There is nobody to ask. */
    public static final Teams NONE = new Teams(Map.of());

    /**
     * @param provider by its name, see {@link Providers#find}
     * @param system what the model is told first; never shown
     * @param maxTurns of a conversation that are kept
     * @param namespaces that may ask; empty for all
     */
    public record Team(
            String provider,
            String model,
            Optional<String> system,
            Sampling sampling,
            int maxTurns,
            Set<String> namespaces) {
        public Team {
            namespaces = Set.copyOf(namespaces);
        }

        private boolean open(String namespace) {
            return namespaces.isEmpty() || namespaces.contains(namespace);
        }

        /** Without what the model is told. */
        @Override
        public String toString() {
            return "Team[" + provider + " " + model + "]";
        }
    }

    private final Map<String, Team> byId;

    public Teams(Map<String, Team> byId) {
        this.byId = new TreeMap<>(byId);
    }

    /** A team that this namespace may ask. */
    public Optional<Team> find(String namespace, String id) {
        return Optional.ofNullable(byId.get(id)).filter(team -> team.open(namespace));
    }

    /** The ids of those that this namespace may ask, sorted. */
    public List<String> ids(String namespace) {
        return byId.entrySet().stream()
                .filter(team -> team.getValue().open(namespace))
                .map(Map.Entry::getKey)
                .toList();
    }
}
