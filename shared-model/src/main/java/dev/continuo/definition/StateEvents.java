package dev.continuo.definition;

import dev.continuo.expression.Template;
import java.util.List;
import java.util.Map;

/** The events that a task's changes of state bring about (conductor: onStateChange). */
public record StateEvents(Map<Change, List<Announced>> byChange) {

    public enum Change {
        SCHEDULED("onScheduled"),
        /** Of a worker's task: told with the first that its worker says of it. */
        STARTED("onStart"),
        SUCCEEDED("onSuccess"),
        FAILED("onFailed"),
        CANCELED("onCancelled");

        private final String word;

        Change(String word) {
            this.word = word;
        }

        /** As definitions have it. */
        public String word() {
            return word;
        }
    }

    /**
     * @param event the event's name
     * @param payload an object; it may read whatever a task's input may
     */
    public record Announced(String event, Template payload) {}

    public List<Announced> on(Change change) {
        return byChange.getOrDefault(change, List.of());
    }
}
