package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.StateEvents;
import dev.continuo.definition.StateEvents.Announced;
import dev.continuo.definition.StateEvents.Change;
import dev.continuo.expression.RenderResult;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What a decision does to the states of tasks that announce it (conductor: onStateChange). */
final class Announcements {
    /** A payload that does not get ready has this member instead of its own. */
    private static final String FAULT = "payloadFault";

    private final Draft draft;
    private final Inputs inputs;

    Announcements(Draft draft) {
        this.draft = draft;
        this.inputs = new Inputs(draft);
    }

    /**
     * To be asked when the decision is complete.
     *
     * @param before empty for a new task
     */
    List<Effect> of(Optional<Task> before, Task task) {
        StateEvents events =
                draft.plan().traits().stateEvents().get(task.label().ref());
        if (events == null || task.label().part() != 0) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        for (Change change : changes(before, task)) {
            announce(task, change, events.on(change), effects);
        }
        return effects;
    }

    /**
     * Who hands a task out does not ask the decider. So the start of a worker's task shows when its worker says something:
     * once, for which the task keeps a note.
     */
    private static Set<Change> changes(Optional<Task> before, Task after) {
        Set<Change> changes = EnumSet.noneOf(Change.class);
        if (before.isEmpty()) {
            changes.add(Change.SCHEDULED);
        }
        if (Notes.startTold(after) && !before.map(Notes::startTold).orElse(false)) {
            changes.add(Change.STARTED);
        }
        if (!after.open() && before.map(Task::open).orElse(true)) {
            changes.add(ended(after.status()));
        }
        return changes;
    }

    private static Change ended(TaskStatus status) {
        return switch (status) {
            case COMPLETED, COMPLETED_WITH_ERRORS, SKIPPED -> Change.SUCCEEDED;
            case FAILED, FAILED_WITH_TERMINAL_ERROR, TIMED_OUT -> Change.FAILED;
            case CANCELED -> Change.CANCELED;
            case SCHEDULED, IN_PROGRESS -> throw new IllegalArgumentException("A task that is " + status + " is open");
        };
    }

    private void announce(Task task, Change change, List<Announced> announced, List<Effect> effects) {
        for (int i = 0; i < announced.size(); i++) {
            String id = task.id() + "/" + change.word() + "/" + i;
            effects.add(new Effect.Announce(id, task.id(), announced.get(i).event(), payload(task, announced.get(i))));
        }
    }

    private JsonNode payload(Task task, Announced announced) {
        return switch (inputs.as(task, announced.payload())) {
            case RenderResult.Rendered(JsonNode payload) -> payload;
            case RenderResult.TooLarge(int maxChars) -> fault(task, "is larger than " + maxChars + " characters");
            case RenderResult.Refused(var reference, String message) -> fault(task, reference.text() + ": " + message);
            case RenderResult.Unresolved(var reference) -> fault(task, reference.text() + " has no value");
        };
    }

    private ObjectNode fault(Task task, String message) {
        draft.log(task.id(), LogEntry.Level.WARN, "The payload of an event cannot be resolved: " + message);
        return JsonNodeFactory.instance.objectNode().put(FAULT, message);
    }
}
