package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.definition.conductor.Violation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * One definition or a list of them, as sent: checked as a whole, so that one answer names every fault. Takes its time on
 * large documents.
 */
final class Submission {
    private static final int MAX_FLAWS = 200;

    private Submission() {}

    sealed interface Checked {
        /** @param documents at least one, no two of them the same */
        record Valid(List<ObjectNode> documents) implements Checked {}

        record Faulty(Problem problem) implements Checked {}
    }

    /**
     * @param validator everything that is wrong with one definition
     * @param identity what tells a definition of a list from the others
     */
    static Checked check(
            JsonNode body,
            String what,
            Function<JsonNode, List<Violation>> validator,
            Function<ObjectNode, String> identity) {
        List<Flaw> flaws = new ArrayList<>();
        List<ObjectNode> documents = new ArrayList<>();
        Set<String> identities = new HashSet<>();
        if (body.isArray() && body.isEmpty()) {
            flaws.add(new Flaw.AtPath("", "The list must not be empty", body));
        }
        List<JsonNode> submitted = parts(body);
        for (int i = 0; i < submitted.size() && flaws.size() < MAX_FLAWS; i++) {
            String at = body.isArray() ? "[" + i + "]" : "";
            List<Violation> violations = validator.apply(submitted.get(i));
            for (Violation violation : violations) {
                flaws.add(new Flaw.AtPath(below(at, violation.path()), violation.message(), violation.invalidValue()));
            }
            if (violations.isEmpty() && submitted.get(i) instanceof ObjectNode document) {
                documents.add(document);
                if (!identities.add(identity.apply(document))) {
                    flaws.add(new Flaw.AtPath(below(at, "name"), "must be there once", document.path("name")));
                }
            }
        }
        return flaws.isEmpty() ? new Checked.Valid(documents) : new Checked.Faulty(Problem.flawed(what, flaws));
    }

    /** The definitions, or what is in their place. */
    static List<JsonNode> parts(JsonNode body) {
        List<JsonNode> parts = new ArrayList<>();
        if (body.isArray()) {
            body.forEach(parts::add);
        } else {
            parts.add(body);
        }
        return parts;
    }

    private static String below(String at, String path) {
        return at.isEmpty() || path.isEmpty() ? at + path : at + "." + path;
    }
}
