package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Task;

/**
 * Seals what a task's type marks as sensitive (guarantee G6), before the task is stored, cached or shown. What is sealed
 * already stays as it is; an input with nothing to seal comes back itself.
 */
@FunctionalInterface
public interface InputSeal {
    JsonNode sealed(String namespace, Task task);
}
