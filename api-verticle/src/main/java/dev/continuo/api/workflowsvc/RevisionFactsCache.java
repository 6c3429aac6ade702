package dev.continuo.api.workflowsvc;

import dev.continuo.api.BoundedCache;
import dev.continuo.store.Definitions;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The facts of revisions, which never change. For one event loop. */
final class RevisionFactsCache {
    private static final int MOST = 2000;

    private final Definitions definitions;
    private final BoundedCache<UUID, RevisionFacts> known = new BoundedCache<>(MOST);

    RevisionFactsCache(Definitions definitions) {
        this.definitions = definitions;
    }

    Future<RevisionFacts> of(UUID revisionId) {
        return of(Set.of(revisionId)).map(facts -> facts.get(revisionId));
    }

    /** The facts of each of the revisions; one query at most. */
    Future<Map<UUID, RevisionFacts>> of(Collection<UUID> revisionIds) {
        Map<UUID, RevisionFacts> found = new HashMap<>();
        for (UUID id : revisionIds) {
            RevisionFacts facts = known.get(id);
            if (facts != null) {
                found.put(id, facts);
            }
        }
        Set<UUID> missing =
                revisionIds.stream().filter(id -> !found.containsKey(id)).collect(Collectors.toSet());
        return definitions.revisions(missing).map(revisions -> {
            for (UUID id : missing) {
                if (!revisions.containsKey(id)) {
                    throw new IllegalStateException("Revision " + id + " of a stored run is gone");
                }
                RevisionFacts facts = RevisionFacts.of(revisions.get(id));
                known.put(id, facts);
                found.put(id, facts);
            }
            return found;
        });
    }

    void put(UUID revisionId, RevisionFacts facts) {
        known.put(revisionId, facts);
    }
}
