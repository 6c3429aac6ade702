package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** Reads {@code cacheConfig}, which tasks and workflows write alike. */
final class Caches {
    private Caches() {}

    /** Empty when it keeps nothing. */
    static Optional<WorkflowTaskDoc.Cache> read(JsonNode config) {
        return Members.seconds(config, "ttlInSecond", 0)
                .map(ttl ->
                        new WorkflowTaskDoc.Cache(Members.text(config, "key").orElse(""), ttl));
    }
}
