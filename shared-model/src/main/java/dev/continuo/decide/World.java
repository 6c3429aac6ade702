package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;

/** What a decision may ask about what is registered and who is working: as it stands at the moment of the decision. */
public interface World {

    /** For dialects that ask for nothing. */
    World EMPTY = new World() {
        @Override
        public Optional<JsonNode> taskDefinition(String name) {
            return Optional.empty();
        }

        @Override
        public boolean polled(String queue) {
            return false;
        }
    };

    /** The registered definition of a task. */
    Optional<JsonNode> taskDefinition(String name);

    /** Whether a worker has polled the queue within the last seconds. */
    boolean polled(String queue);
}
