package dev.continuo.api.workflowsvc;

import dev.continuo.api.BoundedCache;
import dev.continuo.definition.Plan;
import dev.continuo.store.Definitions;
import dev.continuo.store.Definitions.Definition;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Definitions at hand, so that a start costs one commit and no query. An entry serves for a second at most, and not
 * across a change that this process makes. For one event loop.
 */
final class StartableDefinitions {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST = 1000;

    private final Definitions definitions;
    private final PlanSource plans;
    private final RevisionFactsCache facts;
    private final DefinitionChanges changes;
    private final BoundedCache<Key, Entry> entries = new BoundedCache<>(MOST);
    private final Map<Key, Load> loading = new HashMap<>();

    StartableDefinitions(
            Definitions definitions, PlanSource plans, RevisionFactsCache facts, DefinitionChanges changes) {
        this.definitions = definitions;
        this.plans = plans;
        this.facts = facts;
        this.changes = changes;
    }

    /** The compiled plan of a revision; empty when there is no such revision. */
    @FunctionalInterface
    interface PlanSource {
        Future<Optional<Plan>> plan(UUID revisionId);
    }

    /**
     * @param namespace the owner; the run belongs to it, too
     */
    record Startable(
            String namespace, List<String> sharedWith, Optional<String> userType, Plan plan, RevisionFacts facts) {}

    /** The namespace is part of the key: what one may see says nothing about another. */
    private record Key(String namespace, UUID definitionId) {}

    private record Entry(Startable startable, long loadedAt, long change) {}

    private record Load(long change, Future<Optional<Startable>> result) {}

    Future<Optional<Startable>> find(String namespace, UUID definitionId) {
        Key key = new Key(namespace, definitionId);
        Entry entry = entries.get(key);
        if (entry != null && entry.change() == changes.count() && System.nanoTime() - entry.loadedAt() < FRESH_NANOS) {
            return Future.succeededFuture(Optional.of(entry.startable()));
        }
        Load running = loading.get(key);
        if (running != null && running.change() == changes.count()) {
            return running.result();
        }
        Load load = new Load(changes.count(), load(key));
        if (!load.result().isComplete()) {
            loading.put(key, load);
            load.result().onComplete(done -> loading.remove(key, load));
        }
        return load.result();
    }

    private Future<Optional<Startable>> load(Key key) {
        // Both are read before the query: a change that happens during it makes the entry stale at once.
        long change = changes.count();
        long loadedAt = System.nanoTime();
        return definitions.find(key.namespace(), key.definitionId()).compose(found -> {
            if (found.isEmpty()) {
                entries.remove(key);
                return Future.succeededFuture(Optional.<Startable>empty());
            }
            return startable(found.get()).map(startable -> {
                entries.put(key, new Entry(startable, loadedAt, change));
                return Optional.of(startable);
            });
        });
    }

    private Future<Startable> startable(Definition definition) {
        return plans.plan(definition.revisionId()).map(plan -> {
            RevisionFacts revision = RevisionFacts.of(definition.document());
            facts.put(definition.revisionId(), revision);
            return new Startable(
                    definition.namespace(),
                    definition.sharedWith(),
                    definition.userType(),
                    plan.orElseThrow(() -> new IllegalStateException(
                            "Definition " + definition.id() + " has no revision " + definition.revisionId())),
                    revision);
        });
    }
}
