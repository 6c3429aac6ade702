package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.Truth;
import dev.continuo.model.Dialect;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Repeats the bodies of loops. */
final class Loops {
    /** Of a loop's input: what it goes through, one for each pass. */
    private static final String ITEMS = "_items";

    private final Flow flow;
    private final Draft draft;
    private final Inputs inputs;
    private final DeciderLimits limits;

    Loops(Flow flow, Draft draft, Inputs inputs, DeciderLimits limits) {
        this.flow = flow;
        this.draft = draft;
        this.inputs = inputs;
        this.limits = limits;
    }

    void enter(Task task, Node.Loop loop, ObjectNode input) {
        JsonNode items = input.path(ITEMS);
        if (loop.condition().isEmpty() && !items.isArray()) {
            fail(
                    task.withInput(input),
                    "Loop '" + loop.ref() + "' has no list to go through: its items are " + kind(items));
            return;
        }
        Task open = task.begun(input, flow.limit(loop), draft.now());
        if (items.isArray() && items.isEmpty()) {
            draft.put(open);
            flow.close(open, TaskStatus.COMPLETED, pass(0, items), Optional.empty());
            return;
        }
        draft.put(open.withOutput(pass(1, items), draft.now()));
        flow.reach(loop.first(), Place.of(task).pass(task.id(), 1));
    }

    private static String kind(JsonNode value) {
        return value.isMissingNode() || value.isNull()
                ? "missing"
                : "no list but of the type " + value.getNodeType().name().toLowerCase(Locale.ROOT);
    }

    /** The last task of a pass is over. */
    void passEnded(Task task) {
        if (!(draft.node(task) instanceof Node.Loop loop)) {
            return;
        }
        int number = task.output().path("iteration").asInt();
        if (loop.kept() == Node.Loop.Kept.ALL && !keep(task, loop, number)) {
            return;
        }
        JsonNode items = task.input().path(ITEMS);
        boolean more = !items.isArray() || number < items.size();
        boolean again;
        try {
            again = more && (loop.condition().isEmpty() || said(task, loop));
        } catch (ScriptFailure e) {
            fail(
                    task,
                    "The condition of loop '" + loop.ref() + "' failed after pass " + number + ": " + e.getMessage());
            return;
        }
        if (!again) {
            ObjectNode output = (ObjectNode) closing(task);
            if (loop.kept() == Node.Loop.Kept.LAST) {
                output.set(Integer.toString(number), inputs.outputs(loop.bodyRefs()));
            }
            flow.close(task, TaskStatus.COMPLETED, output, Optional.empty());
        } else if (number >= limits.maxIterations()) {
            fail(task, "Loop '" + loop.ref() + "' reached the limit of " + limits.maxIterations() + " iterations");
        } else {
            draft.put(task.withOutput(pass(number + 1, items), draft.now()));
            flow.reach(loop.first(), Place.of(task).pass(task.id(), number + 1));
        }
    }

    private boolean said(Task task, Node.Loop loop) {
        JsonNode answer = loop.condition()
                .orElseThrow()
                .evaluate(inputs.ofCondition(loop, task), draft.moment().scripts());
        return draft.plan().dialect() == Dialect.CONDUCTOR ? Truth.conductor(answer) : Truth.javascript(answer);
    }

    private boolean keep(Task task, Node.Loop loop, int number) {
        String suffix = Place.of(task).pass(task.id(), number).suffix();
        draft.pass(new Outcome.Pass(task.id(), number, inputs.outputsOf(loop.bodyRefs(), suffix)));
        if (kept(task) == Integer.MAX_VALUE && draft.passes(task.id()).weight() > limits.loopBytes()) {
            fail(
                    task,
                    "The outputs of loop '%s' are larger than %d bytes after pass %d: keep fewer with keepLastN"
                            .formatted(loop.ref(), limits.loopBytes(), number));
            return false;
        }
        return true;
    }

    /** How many passes the output of a loop tells about. */
    static int kept(Task task) {
        int last = task.input().path("keepLastN").asInt();
        return last > 0 ? last : Integer.MAX_VALUE;
    }

    private void fail(Task task, String reason) {
        flow.failures().settle(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason, closing(task), Duration.ZERO);
    }

    /** The output that a container has when it ends now; a loop's tells about all passes that it keeps. */
    JsonNode closing(Task task) {
        if (!(draft.node(task) instanceof Node.Loop) || !task.output().isObject()) {
            return task.output();
        }
        ObjectNode output = ((ObjectNode) task.output()).deepCopy();
        draft.passes(task.id()).into(output, kept(task));
        return output;
    }

    /** A loop that had ended is in one of its passes again; what the passes before came to is still known. */
    Task backTo(Task task, int number) {
        for (int pass = 1; pass < number; pass++) {
            if (task.output().path(Integer.toString(pass)) instanceof ObjectNode output) {
                draft.pass(new Outcome.Pass(task.id(), pass, output));
            }
        }
        return task.withOutput(pass(number, task.input().path(ITEMS)), draft.now());
    }

    private static ObjectNode pass(int number, JsonNode items) {
        ObjectNode output = JsonNodeFactory.instance.objectNode().put("iteration", number);
        if (items.isArray() && number > 0) {
            output.put("loopIndex", number - 1);
            output.set("loopItem", items.get(number - 1));
        }
        return output;
    }
}
