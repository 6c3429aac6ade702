package dev.continuo.api.workflowsvc;

import java.util.Optional;

/** Decides whether a script's source can be read. Called off the event loop. */
@FunctionalInterface
public interface ScriptChecker {

    /**
     * @param name the function that SCRIPT_EXECUTION will call
     * @return what is wrong, with the line; empty when nothing is
     */
    Optional<String> fault(String source, String name);
}
