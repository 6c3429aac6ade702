package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.model.Task;
import java.util.Set;

/**
 * Seals what a task's type marks as sensitive (guarantee G6), before the task is stored, cached or shown. An input with
 * nothing to seal comes back itself.
 */
@FunctionalInterface
public interface InputSeal {
    /**
     * @param own the sealed texts of the definition itself, which stay as they are. Any other text that looks sealed came
     *     with data and is data: it is sealed like any, so that no worker opens what somebody brought along
     */
    JsonNode sealed(String namespace, Task task, Set<String> own);
}
