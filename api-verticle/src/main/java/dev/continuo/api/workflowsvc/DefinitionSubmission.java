package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Texts;
import dev.continuo.store.Ids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A submitted definition, made ready for the check: without the fields that are the server's, with the namespaces that it
 * belongs to, and with an id for each task. Everything else stays as it was submitted, known or not.
 *
 * @param flaws what is wrong with the fields that are read here
 */
record DefinitionSubmission(
        ObjectNode document, String name, Optional<String> userType, List<String> sharedWith, List<Flaw> flaws) {

    private static final Set<String> SERVER_FIELDS =
            Set.of("_id", "_createdAt", "_updatedAt", "_createdBy", "_updatedBy", "_version");
    private static final int MAX_TEXT = 255;
    private static final int MAX_NAMESPACES = 100;

    /**
     * @param namespace the caller's
     * @param owner the definition's, the caller's for a new one
     * @param previous the document that is replaced; a task that keeps its name keeps its id
     */
    static DefinitionSubmission of(ObjectNode body, String namespace, String owner, Optional<JsonNode> previous) {
        List<Flaw> flaws = new ArrayList<>();
        ObjectNode document = body.deepCopy();
        document.remove(SERVER_FIELDS);
        Optional<String> name = text(document, "_name", flaws);
        if (!document.path("_name").isTextual()) {
            flaws.add(new Flaw.InBody("/_name", "_name is required and must be a string"));
        }
        Optional<String> userType = text(document, "_userType", flaws);
        if (document.hasNonNull("_userType") && !document.path("_userType").isTextual()) {
            flaws.add(new Flaw.InBody("/_userType", "_userType must be a string"));
        }
        List<String> sharedWith = namespaces(document, namespace, owner, flaws);
        giveIds(document, previous);
        return new DefinitionSubmission(document, name.orElse(""), userType, sharedWith, List.copyOf(flaws));
    }

    private static Optional<String> text(ObjectNode document, String field, List<Flaw> flaws) {
        Optional<String> value = Optional.ofNullable(document.path(field).textValue());
        value.filter(text -> !Texts.fitting(text, MAX_TEXT))
                .ifPresent(text -> flaws.add(new Flaw.InBody("/" + field, field + Texts.rule(MAX_TEXT))));
        return value;
    }

    private static List<String> namespaces(ObjectNode document, String namespace, String owner, List<Flaw> flaws) {
        Set<String> wanted = new LinkedHashSet<>();
        JsonNode given = document.path("_namespaces");
        if (given.isMissingNode() || given.isNull()) {
            wanted.add(owner);
            wanted.add(namespace);
            ArrayNode list = document.putArray("_namespaces");
            wanted.forEach(list::add);
        } else {
            given.forEach(entry -> wanted.add(entry.asText()));
            boolean texts = given.isArray() && given.size() <= MAX_NAMESPACES;
            for (JsonNode entry : given) {
                texts &= entry.isTextual() && Texts.fitting(entry.textValue(), MAX_TEXT);
            }
            if (!texts) {
                flaws.add(new Flaw.InBody(
                        "/_namespaces", "_namespaces must be an array of at most " + MAX_NAMESPACES + " names"));
            } else if (!wanted.contains(namespace) || !wanted.contains(owner)) {
                flaws.add(new Flaw.InBody(
                        "/_namespaces", "_namespaces must contain " + (wanted.contains(owner) ? namespace : owner)));
            }
        }
        wanted.remove(owner);
        return List.copyOf(wanted);
    }

    /** An id is the server's to give: a submitted one could be that of another task, or stand there twice. */
    private static void giveIds(ObjectNode document, Optional<JsonNode> previous) {
        Map<String, String> known = new HashMap<>();
        previous.ifPresent(old -> TaskDefs.each(
                old,
                (task, position) ->
                        known.put(TaskDefs.name(task), task.path("_id").asText())));
        Set<String> taken = new HashSet<>();
        TaskDefs.each(document, (task, position) -> {
            ObjectNode object = (ObjectNode) task;
            ObjectNode rest = object.deepCopy();
            rest.remove("_id");
            String id = Optional.ofNullable(known.get(TaskDefs.name(rest)))
                    .filter(old -> !old.isBlank() && taken.add(old))
                    .orElseGet(DefinitionSubmission::newId);
            object.removeAll();
            object.put("_id", id);
            object.setAll(rest);
        });
    }

    private static String newId() {
        return Ids.next().toString();
    }
}
