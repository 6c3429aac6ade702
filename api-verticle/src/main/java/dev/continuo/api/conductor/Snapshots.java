package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.Blocking;
import dev.continuo.api.BoundedCache;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.definition.conductor.TaskFacts;
import dev.continuo.expression.SecretReferences.Mention;
import dev.continuo.store.ConductorTasks.Found;
import dev.continuo.store.RunParts;
import dev.continuo.store.RunParts.Part;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What the snapshots of runs, and the tasks that runs brought themselves, say about their tasks. For one event loop. */
final class Snapshots {
    private static final int MOST_PARTS = 50;

    private final RunDefinitions definitions;
    private final RunParts parts;
    private final Blocking blocking;
    private final BoundedCache<Part, Brought> brought = new BoundedCache<>(MOST_PARTS);

    /** @param version the part's, which is another one when the run has begun again */
    private record Brought(long version, Map<String, TaskFacts> facts) {}

    Snapshots(RunDefinitions definitions, RunParts parts, Blocking blocking) {
        this.definitions = definitions;
        this.parts = parts;
        this.blocking = blocking;
    }

    /** What is known about some tasks. */
    static final class Known {
        private final Map<UUID, RunDefinition> byRevision;
        private final Map<Part, Map<String, TaskFacts>> byPart;

        private Known(Map<UUID, RunDefinition> byRevision, Map<Part, Map<String, TaskFacts>> byPart) {
            this.byRevision = byRevision;
            this.byPart = byPart;
        }

        Optional<TaskFacts> of(Found found) {
            return part(found)
                    .flatMap(part -> named(byPart.getOrDefault(part, Map.of()), found))
                    .or(() -> defined(found));
        }

        /** What the definition itself names: a task that was computed has its input from the one that it was. */
        Set<Mention> mentions(Found found) {
            Set<Mention> mentions = new HashSet<>();
            of(found).map(TaskFacts::mentions).ifPresent(mentions::addAll);
            defined(found).map(TaskFacts::mentions).ifPresent(mentions::addAll);
            return mentions;
        }

        Masking masking(Found found) {
            return byRevision.get(found.run().revisionId()).masking();
        }

        private Optional<TaskFacts> defined(Found found) {
            return named(byRevision.get(found.run().revisionId()).tasks(), found);
        }

        private static Optional<TaskFacts> named(Map<String, TaskFacts> facts, Found found) {
            return Optional.ofNullable(facts.get(found.task().label().ref()));
        }
    }

    private static Optional<Part> part(Found found) {
        int number = found.task().label().part();
        return number == 0 ? Optional.empty() : Optional.of(new Part(found.run().id(), number));
    }

    Future<Known> of(Collection<Found> tasks) {
        Set<UUID> revisions =
                tasks.stream().map(found -> found.run().revisionId()).collect(Collectors.toSet());
        Set<Part> wanted = tasks.stream().flatMap(found -> part(found).stream()).collect(Collectors.toSet());
        Future<Map<UUID, RunDefinition>> byRevision = definitions.of(revisions);
        Future<Map<Part, Map<String, TaskFacts>>> byPart = parts(wanted);
        return Future.all(byRevision, byPart).map(both -> new Known(byRevision.result(), byPart.result()));
    }

    private Future<Map<Part, Map<String, TaskFacts>>> parts(Set<Part> wanted) {
        if (wanted.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return parts.versions(wanted).compose(versions -> {
            Map<Part, Map<String, TaskFacts>> facts = new HashMap<>();
            Set<Part> unknown = new HashSet<>();
            versions.forEach((part, version) -> {
                Brought known = brought.get(part);
                if (known != null && known.version() == version) {
                    facts.put(part, known.facts());
                } else {
                    unknown.add(part);
                }
            });
            return parts.documents(unknown)
                    .compose(read -> read.isEmpty()
                            ? Future.succeededFuture(Map.<Part, Map<String, TaskFacts>>of())
                            : blocking.call(() -> compiled(read)))
                    .map(read -> {
                        read.forEach((part, found) -> brought.put(part, new Brought(versions.get(part), found)));
                        facts.putAll(read);
                        return facts;
                    });
        });
    }

    private static Map<Part, Map<String, TaskFacts>> compiled(Map<Part, JsonNode> documents) {
        Map<Part, Map<String, TaskFacts>> facts = new HashMap<>();
        documents.forEach((part, document) -> facts.put(part, TaskFacts.in(document)));
        return facts;
    }
}
