package dev.continuo.decide;

import dev.continuo.definition.Node;
import dev.continuo.expression.Reference;
import dev.continuo.model.Dialect;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;

/** How a dialect tells why something did not complete. */
enum Words {
    PLAIN {
        @Override
        String runFailed(Task task, TaskStatus status, String reason) {
            return named(task, reason);
        }
    },
    /** As clients of the original know them (source: conductor, section 3.2). */
    CONDUCTOR {
        @Override
        String runFailed(Task task, TaskStatus status, String reason) {
            return "Task %s failed with status: %s and reason: '%s'".formatted(task.id(), status, reason);
        }
    },
    /** An agent's tasks are its nodes, and what they refer to are its variables. */
    AGENTS {
        @Override
        String runFailed(Task task, TaskStatus status, String reason) {
            return reason.startsWith("Node '")
                    ? reason
                    : "Node '" + task.label().name() + "' failed: " + reason;
        }

        @Override
        String unresolved(Node node, Reference reference) {
            return "Node '%s' needs the variable %s, which has no value"
                    .formatted(node.common().name(), reference.text());
        }
    };

    static Words of(Dialect dialect) {
        return switch (dialect) {
            case WORKFLOWSVC -> PLAIN;
            case CONDUCTOR -> CONDUCTOR;
            case AGENTS -> AGENTS;
        };
    }

    /** Why the run failed, of a task of which the reason is known. */
    abstract String runFailed(Task task, TaskStatus status, String reason);

    /** Why a task's input could not be made: a reference of its template found nothing. */
    String unresolved(Node node, Reference reference) {
        return unresolvable(node, "${" + reference.text() + "} has no value");
    }

    /** Why a task's input could not be made. */
    String unresolvable(Node node, String why) {
        return "The input of task '" + node.ref() + "' cannot be resolved: " + why;
    }

    String containerFailed(Task task, String reason) {
        return named(task, reason);
    }

    String parentEnded(String reason) {
        return "Parent workflow has been terminated with reason: " + reason;
    }

    private static String named(Task task, String reason) {
        return reason.startsWith("Task '") ? reason : "Task '" + task.label().ref() + "' failed: " + reason;
    }
}
