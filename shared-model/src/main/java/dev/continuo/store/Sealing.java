package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.RunState;
import dev.continuo.definition.Plan;
import dev.continuo.model.Dialect;
import dev.continuo.model.Task;
import java.util.List;
import java.util.Optional;

/** Seals the inputs that a decision has made; what was made and sealed before stays as it is. */
record Sealing(InputSeal seal) {

    /** @param before the run as it was; empty for a start */
    Outcome.Accepted sealed(Outcome.Accepted outcome, Plan plan, Optional<RunState> before) {
        if (plan.dialect() != Dialect.WORKFLOWSVC) {
            // Secrets of the others are names until somebody executes the task.
            return outcome;
        }
        return new Outcome.Accepted(
                outcome.run(),
                all(outcome.inserted(), outcome, plan, before),
                all(outcome.updated(), outcome, plan, before),
                outcome.logs(),
                outcome.effects(),
                outcome.fragments(),
                outcome.passes(),
                outcome.removed());
    }

    private List<Task> all(List<Task> tasks, Outcome.Accepted outcome, Plan plan, Optional<RunState> before) {
        String namespace = outcome.run().origin().namespace();
        return tasks.stream()
                .map(task -> made(task, before) ? sealed(task, plan, namespace) : task)
                .toList();
    }

    private static boolean made(Task task, Optional<RunState> before) {
        boolean known = before.flatMap(state -> state.known(task.id()))
                .map(earlier -> earlier.input() == task.input())
                .orElse(false);
        return !known && !task.input().isMissingNode();
    }

    private Task sealed(Task task, Plan plan, String namespace) {
        JsonNode input = seal.sealed(
                namespace, task, plan.node(task.label().node()).common().sealed());
        return input == task.input() ? task : task.withInput(input);
    }
}
