package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;

/** Finds the task definitions of a document, at any depth. */
final class TaskDefs {
    private TaskDefs() {}

    @FunctionalInterface
    interface Visitor {
        /** @param position in its list, from 1 */
        void visit(JsonNode task, int position);
    }

    /** Visits what has the form of a task definition, each before those inside it; says nothing about the rest. */
    static void each(JsonNode document, Visitor visitor) {
        list(document.path("_taskDefs"), visitor);
    }

    /** The name by which templates address the task. */
    static String name(JsonNode task) {
        return task.path("_name").asText(task.path("_type").asText(""));
    }

    private static void list(JsonNode tasks, Visitor visitor) {
        if (!tasks.isArray()) {
            return;
        }
        int position = 0;
        for (JsonNode task : tasks) {
            position++;
            if (task.isObject()) {
                visitor.visit(task, position);
                inside(task, visitor);
            }
        }
    }

    private static void inside(JsonNode task, Visitor visitor) {
        if (task.path("_decisionCases").isObject()) {
            task.path("_decisionCases").forEach(branch -> list(branch, visitor));
        }
        if (task.path("_forkTasks").isArray()) {
            task.path("_forkTasks").forEach(branch -> list(branch, visitor));
        }
        list(task.path("_loopOver"), visitor);
    }
}
