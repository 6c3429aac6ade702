package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fault;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TaskTypes;
import dev.continuo.expression.Pointer;
import dev.continuo.secret.EncryptedFields;
import dev.continuo.secret.Sealer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The secrets of a whole workflowsvc document: sealed before it is stored, masked when it is read, and taken over from the
 * stored one when a reader sends a mask back. Documents are never changed in place. Safe for any thread.
 */
public final class DocumentSecrets {

    /** The outcome of {@link #restoreMasked}. */
    public sealed interface Restoration {
        record Restored(JsonNode document) implements Restoration {}

        /**
         * @param faults each mask that stands for nothing
         */
        record Refused(List<Fault> faults) implements Restoration {}
    }

    @FunctionalInterface
    private interface Change {
        JsonNode apply(EncryptedFields encrypted, JsonNode task, Pointer at);
    }

    private final TaskTypes types;

    public DocumentSecrets(TaskTypes types) {
        this.types = types;
    }

    /** Texts that hold references stay: they are secrets only once they are resolved. */
    public JsonNode seal(JsonNode document, Sealer sealer, String namespace) {
        return changed(
                document,
                (encrypted, task, at) -> encrypted.sealTemplate(task.path("_inputParams"), sealer, namespace));
    }

    /** A text that is one reference and nothing else is shown. */
    public JsonNode mask(JsonNode document) {
        return changed(document, (encrypted, task, at) -> encrypted.maskTemplate(task.path("_inputParams")));
    }

    /**
     * Puts the stored secrets in place of masks: each is taken from the task of the same name, at the same place in its
     * input.
     *
     * @param document as submitted, valid, not sealed yet
     * @param stored the version before, sealed; a missing node when there is none
     */
    public Restoration restoreMasked(JsonNode document, JsonNode stored) {
        Map<String, JsonNode> before = new HashMap<>();
        changed(stored, (encrypted, task, at) -> {
            before.put(task.path("_name").asText(), task.path("_inputParams"));
            return task.path("_inputParams");
        });
        List<Fault> faults = new ArrayList<>();
        JsonNode restored = changed(document, (encrypted, task, at) -> {
            JsonNode old = before.getOrDefault(task.path("_name").asText(), MissingNode.getInstance());
            return encrypted.replace(task.path("_inputParams"), (leaf, pointer) -> {
                if (!leaf.asText().equals(EncryptedFields.MASK)) {
                    return Optional.empty();
                }
                JsonNode value = old.at(pointer);
                if (!value.isValueNode() || value.isMissingNode() || value.isNull()) {
                    faults.add(new Fault(
                            at.child("_inputParams") + pointer,
                            "*** stands for a stored secret, and there is none here: give the value"));
                }
                return Optional.of(value);
            });
        });
        return faults.isEmpty() ? new Restoration.Restored(restored) : new Restoration.Refused(List.copyOf(faults));
    }

    private JsonNode changed(JsonNode document, Change change) {
        if (!document.path("_taskDefs").isArray()) {
            return document;
        }
        ObjectNode copy = shallow(document);
        copy.set("_taskDefs", list(document.get("_taskDefs"), Pointer.ROOT.child("_taskDefs"), change));
        return copy;
    }

    private JsonNode list(JsonNode tasks, Pointer at, Change change) {
        if (!tasks.isArray()) {
            return tasks;
        }
        ArrayNode copy = JsonNodeFactory.instance.arrayNode(tasks.size());
        for (int i = 0; i < tasks.size(); i++) {
            copy.add(task(tasks.get(i), at.child(i), change));
        }
        return copy;
    }

    private JsonNode task(JsonNode task, Pointer at, Change change) {
        Optional<TaskKind> kind = types.find(task.path("_type").asText());
        if (!task.isObject() || kind.isEmpty()) {
            return task;
        }
        return switch (kind.get().role()) {
            case WORK, HUMAN -> input(task, kind.get().encrypted(), at, change);
            case SWITCH -> inside(task, "_decisionCases", at, change);
            case FORK -> inside(task, "_forkTasks", at, change);
            case LOOP -> {
                ObjectNode copy = shallow(task);
                copy.set("_loopOver", list(task.path("_loopOver"), at.child("_loopOver"), change));
                yield copy;
            }
        };
    }

    private static JsonNode input(JsonNode task, EncryptedFields encrypted, Pointer at, Change change) {
        if (encrypted.none() || !task.path("_inputParams").isObject()) {
            return task;
        }
        ObjectNode copy = shallow(task);
        copy.set("_inputParams", change.apply(encrypted, task, at));
        return copy;
    }

    /** Lists under a key: the values of an object, or the elements of an array. */
    private JsonNode inside(JsonNode task, String key, Pointer at, Change change) {
        ObjectNode copy = shallow(task);
        JsonNode lists = task.path(key);
        if (lists.isObject()) {
            ObjectNode cases = copy.putObject(key);
            lists.properties()
                    .forEach(each -> cases.set(
                            each.getKey(), list(each.getValue(), at.child(key).child(each.getKey()), change)));
        } else if (lists.isArray()) {
            ArrayNode branches = copy.putArray(key);
            for (int i = 0; i < lists.size(); i++) {
                branches.add(list(lists.get(i), at.child(key).child(i), change));
            }
        }
        return copy;
    }

    private static ObjectNode shallow(JsonNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        object.properties().forEach(member -> copy.set(member.getKey(), member.getValue()));
        return copy;
    }
}
