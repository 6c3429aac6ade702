package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;

/** Checks names; what has a wrong type is left to {@link ShapeCheck}. */
final class Names {
    private final int maxChars;
    private final Violations violations;

    Names(int maxChars, Violations violations) {
        this.maxChars = maxChars;
        this.violations = violations;
    }

    /**
     * @param required what to say when there is none
     */
    void required(JsonNode json, String member, Place parent, String required) {
        if (Members.text(json, member).isEmpty()) {
            violations.add(parent.member(member), required, json.path(member));
        }
        optional(json, member, parent);
    }

    void optional(JsonNode json, String member, Place parent) {
        Members.text(json, member).ifPresent(name -> {
            if (name.length() > maxChars) {
                violations.add(
                        parent.member(member), member + " has at most " + maxChars + " characters", json.path(member));
            } else if (name.chars().anyMatch(Character::isISOControl)) {
                violations.add(parent.member(member), member + " has a control character", json.path(member));
            }
        });
    }
}
