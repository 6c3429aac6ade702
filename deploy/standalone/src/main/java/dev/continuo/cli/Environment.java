package dev.continuo.cli;

import java.util.Map;
import java.util.Optional;

/** The variables that the process was started with. */
record Environment(Map<String, String> variables) {
    /** A variable's value; one that is set to nothing counts as not set. */
    Optional<String> get(String name) {
        return Optional.ofNullable(variables.get(name)).filter(value -> !value.isEmpty());
    }
}
