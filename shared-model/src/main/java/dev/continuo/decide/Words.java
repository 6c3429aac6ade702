package dev.continuo.decide;

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
    };

    static Words of(Dialect dialect) {
        return switch (dialect) {
            case WORKFLOWSVC -> PLAIN;
            case CONDUCTOR -> CONDUCTOR;
        };
    }

    /** Why the run failed, of a task of which the reason is known. */
    abstract String runFailed(Task task, TaskStatus status, String reason);

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
