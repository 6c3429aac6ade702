package dev.continuo.definition.conductor;

import dev.continuo.definition.DefinitionLimits;
import dev.continuo.expression.Limits;

/**
 * What a document of this dialect may cost.
 *
 * @param definition what every definition may cost; a task definition has the same size limit
 * @param maxNameChars length of names, reference names and names of cases, in UTF-16 units
 */
public record ConductorLimits(DefinitionLimits definition, int maxNameChars) {

    public static final ConductorLimits DEFAULT =
            new ConductorLimits(new DefinitionLimits(5_000, 32, 4 << 20, 100, Limits.DEFAULT), 255);

    public ConductorLimits {
        if (maxNameChars < 1) {
            throw new IllegalArgumentException("a name may have at least 1 character");
        }
    }
}
