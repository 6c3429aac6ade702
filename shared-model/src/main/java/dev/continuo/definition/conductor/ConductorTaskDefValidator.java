package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.OptionalLong;

/**
 * Tells everything that is wrong with a submitted task definition (conductor: validation at registration). Members that it
 * does not know are let through. Safe for any thread.
 */
public final class ConductorTaskDefValidator {
    private final ConductorLimits limits;
    private final boolean ownerEmailMandatory;

    public ConductorTaskDefValidator(ConductorLimits limits, boolean ownerEmailMandatory) {
        this.limits = limits;
        this.ownerEmailMandatory = ownerEmailMandatory;
    }

    /** Every fault in the order of the document, at most as many as the limits say; empty when it is valid. */
    public List<Violation> validate(JsonNode document) {
        return ConductorWorkflowValidator.checked(document, limits, violations -> {
            new ShapeCheck(violations).members(Shapes.TASK_DEF, document, Place.ROOT);
            new Names(limits.maxNameChars(), violations)
                    .required(document, "name", Place.ROOT, "TaskDef name cannot be null or empty");
            if (ownerEmailMandatory) {
                OwnerEmail.check(document, violations);
            }
            times(document, Place.ROOT, violations);
        });
    }

    /** Only times that are written are compared: a default that is longer than a timeout does no harm. */
    static void times(JsonNode def, Place at, Violations violations) {
        notLonger(def, "responseTimeoutSeconds", "timeoutSeconds", at, violations);
        notLonger(def, "timeoutSeconds", "totalTimeoutSeconds", at, violations);
    }

    private static void notLonger(JsonNode def, String inner, String outer, Place at, Violations violations) {
        OptionalLong shorter = Scalars.whole(def.path(inner));
        OptionalLong longer = Scalars.whole(def.path(outer));
        if (shorter.isPresent()
                && longer.isPresent()
                && longer.getAsLong() > 0
                && shorter.getAsLong() > longer.getAsLong()) {
            violations.add(
                    at.member(inner),
                    "TaskDef: " + Members.text(def, "name").orElse("") + " " + inner + ": " + shorter.getAsLong()
                            + " must be less than or equal to " + outer + ": " + longer.getAsLong(),
                    def.path(inner));
        }
    }
}
