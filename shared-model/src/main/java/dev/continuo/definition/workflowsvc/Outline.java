package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.TaskDoc.TaskList;
import dev.continuo.expression.Pointer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the tree of tasks out of a document, in the order of execution, however wrong the document is; what is no task is
 * a fault and is left out.
 */
final class Outline {
    private record Entry(JsonNode json, Pointer at) {}

    private final TaskTypes types;
    private final DefinitionLimits limits;
    private final Faults faults;
    private int count;

    private Outline(TaskTypes types, DefinitionLimits limits, Faults faults) {
        this.types = types;
        this.limits = limits;
        this.faults = faults;
    }

    static TaskList read(JsonNode document, TaskTypes types, DefinitionLimits limits, Faults faults) {
        return new Outline(types, limits, faults)
                .list("", document.path("_taskDefs"), Pointer.ROOT.child("_taskDefs"), 0);
    }

    private TaskList list(String label, JsonNode array, Pointer at, int depth) {
        if (depth > limits.maxDepth()) {
            faults.add(at, "tasks are nested deeper than " + limits.maxDepth() + " levels");
            return new TaskList(label, List.of());
        }
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; array.isArray() && i < array.size(); i++) {
            JsonNode json = array.get(i);
            if (json.isObject()) {
                entries.add(new Entry(json, at.child(i)));
            } else {
                faults.add(at.child(i), "a task definition must be an object");
            }
        }
        sequence(entries);
        List<TaskDoc> tasks = new ArrayList<>(entries.size());
        for (Entry entry : entries) {
            if (count == limits.maxTasks()) {
                faults.add(at, "a definition has at most " + limits.maxTasks() + " tasks");
                break;
            }
            tasks.add(task(entry, depth));
        }
        return new TaskList(label, List.copyOf(tasks));
    }

    /** A list runs in the order of {@code _sequenceno}, wherever its tasks stand (workflowsvc: TaskDef, _sequenceno). */
    private void sequence(List<Entry> entries) {
        Map<Long, Entry> taken = new HashMap<>();
        for (Entry entry : entries) {
            JsonNode number = entry.json.path("_sequenceno");
            if (number.isIntegralNumber()) {
                Entry other = taken.putIfAbsent(number.longValue(), entry);
                if (other != null) {
                    faults.add(
                            entry.at.child("_sequenceno"),
                            "_sequenceno " + number + " is taken in this list by " + other.at);
                }
            }
        }
        entries.sort(
                Comparator.comparingLong(entry -> entry.json.path("_sequenceno").asLong(Long.MAX_VALUE)));
    }

    private TaskDoc task(Entry entry, int depth) {
        int index = count++;
        Optional<TaskKind> kind = types.find(entry.json.path("_type").asText());
        List<TaskList> lists =
                kind.map(known -> lists(known.role(), entry, depth + 1)).orElse(List.of());
        return new TaskDoc(index, entry.json, entry.at, kind, lists);
    }

    private List<TaskList> lists(TaskKind.Role role, Entry entry, int depth) {
        List<TaskList> lists = new ArrayList<>();
        switch (role) {
            case WORK, HUMAN -> {}
            case SWITCH -> {
                Pointer at = entry.at.child("_decisionCases");
                for (Map.Entry<String, JsonNode> each :
                        entry.json.path("_decisionCases").properties()) {
                    lists.add(list(each.getKey(), each.getValue(), at.child(each.getKey()), depth));
                }
            }
            case FORK -> {
                Pointer at = entry.at.child("_forkTasks");
                JsonNode branches = entry.json.path("_forkTasks");
                for (int i = 0; branches.isArray() && i < branches.size(); i++) {
                    lists.add(list("", branches.get(i), at.child(i), depth));
                }
            }
            case LOOP -> lists.add(list("", entry.json.path("_loopOver"), entry.at.child("_loopOver"), depth));
        }
        return List.copyOf(lists);
    }
}
