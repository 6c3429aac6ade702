package dev.continuo.definition.workflowsvc;

import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import java.util.Set;

/** What a reference may ask of a task or of the run; anything else would silently be null. */
final class KnownProperties {
    private static final Set<String> OF_TASK =
            Set.of("_id", "taskId", "iteration", "retryCount", "_reason", "reasonForIncompletion");
    private static final Set<String> OF_RUN =
            Set.of("_id", "workflowId", "_name", "name", "workflowType", "correlationId", "namespace");

    private KnownProperties() {}

    static boolean known(Reference reference) {
        return switch (reference.property()) {
            case Property.Known.INPUT, Property.Known.OUTPUT, Property.Known.STATUS -> true;
            case Property.Known.VARIABLES -> reference.toWorkflow();
            case Property.Whole.WHOLE -> false;
            case Property.Named(String name) -> (reference.toWorkflow() ? OF_RUN : OF_TASK).contains(name);
        };
    }

    static String listed(Reference reference) {
        return reference.toWorkflow()
                ? "_inputParams, _status, _variables, _id, _name, correlationId, namespace"
                : "_output, _inputParams, _status, _id, iteration, retryCount, _reason";
    }
}
