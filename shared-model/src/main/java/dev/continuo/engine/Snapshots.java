package dev.continuo.engine;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.Snapshot;
import dev.continuo.definition.conductor.SubWorkflowVersions;
import dev.continuo.definition.conductor.TaskNames;
import dev.continuo.model.Dialect;
import dev.continuo.store.ConductorDefinitions;
import dev.continuo.store.ConductorTaskDefs;
import dev.continuo.store.Listed;
import dev.continuo.store.Plans;
import dev.continuo.store.Revisions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Makes plans of registered workflows: with the definitions of their tasks and the versions of their sub-workflows as they
 * are now. What was made is at hand for a second, so that a start costs no query; a change by this process is seen at once.
 */
final class Snapshots {
    private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();
    private static final int MOST = 1_000;

    private final Vertx vertx;
    private final Plans plans;
    private final ConductorDefinitions definitions;
    private final ConductorTaskDefs taskDefs;
    private final Revisions revisions;
    private final AtomicLong changes = new AtomicLong();
    private final Map<Key, Made> entries = Collections.synchronizedMap(new LinkedHashMap<Key, Made>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Made> eldest) {
            return size() > MOST;
        }
    });

    Snapshots(Vertx vertx, Pool pool, Plans plans) {
        this.vertx = vertx;
        this.plans = plans;
        this.definitions = new ConductorDefinitions(pool);
        this.taskDefs = new ConductorTaskDefs(pool);
        this.revisions = new Revisions(pool);
    }

    private record Key(String namespace, String name, Optional<Integer> version) {}

    private record Made(Future<Optional<Plan>> plan, long madeAt, long change) {}

    /** A definition has been changed by this process. */
    void changed() {
        changes.incrementAndGet();
    }

    /** Empty when there is no such workflow; without a version, or with 0, it is the latest. */
    Future<Optional<Plan>> plan(String namespace, String name, Optional<Integer> version) {
        Key key = new Key(namespace, name, version.filter(number -> number > 0));
        long change = changes.get();
        Made known = entries.get(key);
        if (known != null && known.change() == change && System.nanoTime() - known.madeAt() < FRESH_NANOS) {
            return known.plan();
        }
        Future<Optional<Plan>> made = definitions
                .find(namespace, name, key.version())
                .compose(found -> found.isEmpty()
                        ? Future.succeededFuture(Optional.empty())
                        : plan(namespace, found.get().document()).map(Optional::of));
        entries.put(key, new Made(made, System.nanoTime(), change));
        made.onComplete(done -> {
            if (done.failed() || done.result().isEmpty()) {
                entries.remove(key);
            }
        });
        return made;
    }

    /** Of a definition without faults. */
    Future<Plan> plan(String namespace, ObjectNode definition) {
        Set<String> names = TaskNames.of(definition);
        Future<Map<String, ObjectNode>> tasks = taskDefs.find(namespace, names).map(listed -> byName(listed));
        Future<Map<String, Integer>> latest = latest(namespace, SubWorkflowVersions.open(definition));
        return Future.all(tasks, latest).compose(both -> {
            ObjectNode settled = SubWorkflowVersions.settled(
                    definition, name -> Optional.ofNullable(latest.result().get(name)));
            ObjectNode snapshot = Snapshot.of(
                    settled, name -> Optional.ofNullable(tasks.result().get(name)));
            return compiled(namespace, snapshot);
        });
    }

    private static Map<String, ObjectNode> byName(Listed<ConductorTaskDefs.TaskDef> listed) {
        return switch (listed) {
            case Listed.Page<ConductorTaskDefs.TaskDef> page -> {
                Map<String, ObjectNode> byName = new HashMap<>();
                page.rows().forEach(def -> byName.put(def.name(), def.document()));
                yield byName;
            }
            case Listed.TooLarge<ConductorTaskDefs.TaskDef> large ->
                throw new IllegalStateException(
                        "The task definitions of one workflow hold " + large.bytes() + " bytes");
        };
    }

    private Future<Map<String, Integer>> latest(String namespace, Set<String> names) {
        List<Future<?>> all = new ArrayList<>();
        Map<String, Integer> versions = new HashMap<>();
        for (String name : names) {
            all.add(definitions
                    .find(namespace, name, Optional.empty())
                    .onSuccess(found -> found.ifPresent(def -> {
                        synchronized (versions) {
                            versions.put(name, def.version());
                        }
                    })));
        }
        return all.isEmpty()
                ? Future.succeededFuture(versions)
                : Future.all(all).map(done -> versions);
    }

    private Future<Plan> compiled(String namespace, ObjectNode snapshot) {
        return vertx.executeBlocking(
                        () -> Revisions.of(
                                Dialect.CONDUCTOR,
                                namespace,
                                snapshot.path("name").asText(),
                                snapshot),
                        false)
                .compose(revision -> plans.cached(revision.id())
                        .map(Future::succeededFuture)
                        .orElseGet(() -> revisions
                                .insert(Dialect.CONDUCTOR, revision)
                                .compose(done -> vertx.executeBlocking(
                                        () -> plans.compiled(
                                                Dialect.CONDUCTOR, revision.definitionId(), revision.id(), snapshot),
                                        false))));
    }
}
