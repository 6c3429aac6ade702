package dev.continuo.decide;

import dev.continuo.model.Task;
import java.util.Optional;
import java.util.UUID;

/**
 * Where in the run a task stands: see {@link Task.Label}, whose members these are.
 *
 * @param parent the open container that the task is in
 * @param iteration the pass of the nearest loop, from 1; 0 outside loops
 * @param suffix the passes of all loops around
 * @param part the fragment that the task's node is of; 0 for the plan
 */
record Place(Optional<UUID> parent, int iteration, String suffix, int part) {
    static final Place ROOT = new Place(Optional.empty(), 0, "", 0);

    static Place of(Task task) {
        Task.Label label = task.label();
        return new Place(label.parentId(), label.iteration(), label.suffix(), label.part());
    }

    /** Whether neither is of a pass that the other is not of, as far as both are in the same loops. */
    boolean meets(Place other) {
        return (suffix + "__").startsWith(other.suffix + "__") || (other.suffix + "__").startsWith(suffix + "__");
    }

    Place in(UUID container) {
        return new Place(Optional.of(container), iteration, suffix, part);
    }

    Place of(int otherPart) {
        return new Place(parent, iteration, suffix, otherPart);
    }

    /** Of a pass of the loop that stands at this place. */
    Place pass(UUID loop, int number) {
        return new Place(Optional.of(loop), number, suffix + "__" + number, part);
    }
}
