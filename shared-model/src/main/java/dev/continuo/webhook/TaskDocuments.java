package dev.continuo.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.Optional;
import java.util.UUID;

/** What callbacks tell of a run: the task object as the API shows it. */
@FunctionalInterface
public interface TaskDocuments {
    /** As it is now; empty when there is no such run. */
    Future<Optional<Document>> of(UUID runId);

    /**
     * @param version the run's, read before or together with what the body shows
     * @param ended whether the run will not change any more, so that this is the last one
     */
    record Document(int version, boolean ended, JsonNode body) {}
}
