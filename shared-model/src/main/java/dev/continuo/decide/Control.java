package dev.continuo.decide;

import static dev.continuo.decide.Rejections.illegal;
import static dev.continuo.decide.Rejections.reject;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Code;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.decide.Outcome.Rejected;
import dev.continuo.definition.Node;
import dev.continuo.model.Dialect;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.LogEntry.Level;
import dev.continuo.model.Run;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.model.Weight;
import java.time.Duration;
import java.util.Optional;

/** What is done to a run from outside while it lives. */
final class Control {
    private final Draft draft;
    private final Flow flow;
    private final DeciderLimits limits;

    Control(Draft draft, Flow flow, DeciderLimits limits) {
        this.draft = draft;
        this.flow = flow;
        this.limits = limits;
    }

    /** What waits for a worker is held back; what a worker has already, or a person, may still be finished. */
    Optional<Rejected> pause(String by) {
        if (draft.run().status() != RunStatus.RUNNING) {
            return illegal(draft, "paused", "RUNNING");
        }
        for (Task task : draft.openTasks()) {
            if (task.status() == TaskStatus.SCHEDULED) {
                draft.put(task.withDue(Due.HELD, draft.now()));
            }
        }
        Run paused = draft.run()
                .transition(RunStatus.PAUSED, draft.run().reason(), draft.run().output(), draft.now())
                .withDeadline(Optional.empty());
        draft.run(paused.withUpdatedBy(by));
        draft.effect(new Effect.RunChanged(Effect.Change.PAUSED));
        return Optional.empty();
    }

    /** What was held goes on at once, and the run's time limit starts anew (source: conductor, resume). */
    Optional<Rejected> resume(String by) {
        if (draft.run().status() != RunStatus.PAUSED) {
            return illegal(draft, "resumed", "PAUSED");
        }
        // The plan's end may have been reached before, while branches go on that no JOIN waited for.
        JsonNode output = draft.run().output();
        reopen(draft, by, Effect.Change.RESUMED);
        draft.run(draft.run().withOutput(output));
        for (Task task : draft.openTasks()) {
            boolean held = task.due().kind() == DueKind.HELD;
            if (held && task.input().isMissingNode()) {
                flow.begin(task);
            } else if (held || task.due().kind() == DueKind.DISPATCH) {
                // A lease that ended during the pause may have left a task in dispatch that nobody could claim.
                ready(task);
            }
        }
        // Only now, for one that begins may end the run, and nothing is to be opened again behind it.
        flow.drain();
        return Optional.empty();
    }

    private void ready(Task task) {
        Node node = draft.node(task);
        boolean external = node instanceof Node.Work work && work.external();
        Due due = external
                ? Queues.due(task, node.common().time(), Duration.ZERO, draft.now())
                : Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()));
        Task queued = task.withDue(due, draft.now());
        draft.put(queued);
        draft.effect(node instanceof Node.Internal ? new Effect.Perform(queued) : new Effect.Dispatch(queued));
    }

    /** The run lives again, and its time limit starts anew. */
    static void reopen(Draft draft, String by, Effect.Change change) {
        JsonNode none = Flow.MISSING;
        Run reopened = draft.run()
                .transition(RunStatus.RUNNING, Optional.empty(), none, draft.now())
                .withDeadline(draft.plan().timeout().map(draft.now()::plus))
                .withUpdatedBy(by);
        draft.run(reopened);
        draft.effect(new Effect.RunChanged(change));
    }

    Optional<Rejected> terminate(Command.Terminate command) {
        if (draft.run().status().terminal()) {
            return illegal(draft, "terminated", "RUNNING or PAUSED");
        }
        if (draft.plan().dialect() == Dialect.AGENTS) {
            // The log is all that its users are shown of why it ended.
            String told =
                    command.reason().map(reason -> "Terminated: " + reason).orElse("Terminated");
            draft.openTasks().forEach(task -> draft.log(task.id(), Level.ERROR, told));
        }
        flow.end(RunStatus.TERMINATED, command.reason(), flow.output(draft.run().output()));
        draft.run(draft.run().withUpdatedBy(command.by()));
        if (command.followUp()) {
            flow.afterFailure();
        }
        return Optional.empty();
    }

    /** What waits before it is handed out waits no longer (source: conductor, resetcallbacks). */
    Optional<Rejected> resetCallbacks() {
        if (draft.run().status().terminal()) {
            return illegal(draft, "told to reset callbacks", "RUNNING or PAUSED");
        }
        for (Task task : draft.openTasks()) {
            if (task.due().kind() == DueKind.DELAY && draft.node(task) instanceof Node.Work work && work.external()) {
                ObjectNode notes = Notes.copy(task.extra().notes());
                notes.remove(Notes.CALLBACK_AFTER);
                ready(task.withExtra(task.extra().withNotes(notes)));
            }
        }
        return Optional.empty();
    }

    Optional<Rejected> skip(RunState state, Command.Skip command) {
        if (draft.run().status().terminal()) {
            return illegal(draft, "told to skip a task", "RUNNING or PAUSED");
        }
        if (draft.plan().nodes().stream().noneMatch(node -> node.ref().equals(command.ref()))) {
            return reject(Code.NOT_FOUND, "The definition has no task with the reference name '" + command.ref() + "'");
        }
        if (state.every().stream().anyMatch(task -> task.label().ref().equals(command.ref()))) {
            return reject(Code.CONFLICT, "Task '" + command.ref() + "' has been scheduled already");
        }
        ObjectNode skips = draft.run().notes().path(Notes.SKIPS) instanceof ObjectNode known
                ? known.deepCopy()
                : JsonNodeFactory.instance.objectNode();
        ObjectNode skip = skips.putObject(command.ref());
        skip.set("input", command.input());
        skip.set("output", command.output());
        draft.run(Notes.with(draft.run(), Notes.SKIPS, skips).withUpdatedBy(command.by()));
        return Optional.empty();
    }

    Optional<Rejected> setVariables(Command.SetVariables command) {
        if (draft.run().status().terminal()) {
            return illegal(draft, "given variables", "RUNNING or PAUSED");
        }
        ObjectNode variables = ((ObjectNode) draft.run().variables()).deepCopy();
        variables.setAll(command.variables());
        if (Weight.of(variables) > limits.variablesBytes()) {
            return reject(Code.CONFLICT, "The variables would be larger than " + limits.variablesBytes() + " bytes");
        }
        draft.run(draft.run().withVariables(variables).withUpdatedBy(command.by()));
        return Optional.empty();
    }

    /** Nothing follows any more from the run's end. */
    Optional<Rejected> followedUp(Command.FollowedUp command) {
        Run run = draft.run();
        if (!run.status().terminal() || run.deadline().isEmpty()) {
            return reject(Code.STALE, "Nothing was to follow the end of run " + run.id());
        }
        ObjectNode output =
                run.output() instanceof ObjectNode known ? known.deepCopy() : JsonNodeFactory.instance.objectNode();
        command.followUpId().ifPresent(id -> output.put("conductor.failure_workflow", id.toString()));
        draft.run(run.withOutput(output).withDeadline(Optional.empty()));
        return Optional.empty();
    }
}
