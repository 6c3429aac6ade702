package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Fragment;
import dev.continuo.definition.Node;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.Condition;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.LogEntry;
import dev.continuo.model.RunStatus;
import dev.continuo.model.Task;
import dev.continuo.model.TaskStatus;
import dev.continuo.model.Weight;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** Begins tasks: each type in its own way, the inline ones to their end. */
final class Entry {
    private final Flow flow;
    private final Draft draft;
    private final Inputs inputs;
    private final DeciderLimits limits;
    private final Conditions conditions;
    private final Queues queues;

    Entry(Flow flow, Draft draft, Inputs inputs, DeciderLimits limits, Conditions conditions) {
        this.flow = flow;
        this.draft = draft;
        this.inputs = inputs;
        this.limits = limits;
        this.conditions = conditions;
        this.queues = new Queues(draft);
    }

    void enter(Task task) {
        JsonNode skip = draft.run().notes().path(Notes.SKIPS).path(task.label().ref());
        if (skip.isObject()) {
            Task begun = task.begun((ObjectNode) skip.path("input"), Due.NONE, draft.now());
            draft.put(begun);
            flow.close(begun, TaskStatus.SKIPPED, skip.path("output"), Optional.empty());
            return;
        }
        Node node = draft.node(task);
        Instant ready = task.times().scheduledAt().plus(node.common().time().startDelay());
        if (node instanceof Node.Internal && ready.isAfter(draft.now())) {
            draft.put(task.withDue(Due.at(DueKind.CONTINUE, ready), draft.now()));
            return;
        }
        render(node, task).ifPresent(input -> enter(task, node, input));
    }

    private void enter(Task task, Node node, ObjectNode input) {
        switch (node) {
            case Node.Work work -> {
                if (!flow.reuse().asks(task, input)) {
                    queue(task, work, input, work.common().time().startDelay());
                }
            }
            case Node.Internal internal -> perform(task, input);
            case Node.Human human -> await(task, human, input);
            case Node.Wait wait -> await(task, wait, input);
            case Node.Compute compute -> compute(task, compute, input);
            case Node.SetVariables set -> setVariables(task, input);
            case Node.Terminate terminate -> terminate(task, input);
            case Node.Noop noop -> done(task, input, JsonNodeFactory.instance.objectNode());
            case Node.Dynamic dynamic -> become(task, dynamic, input);
            case Node.Switch choice -> choose(task, choice, input);
            case Node.Fork fork -> fork(task, fork, input);
            case Node.Split split -> split(task, split, input);
            case Node.DynamicSplit split -> splitDynamically(task, split, input);
            case Node.Join join ->
                flow.joins().enter(task.begun(names(join.joinOn()), flow.limit(join), draft.now()), join);
            case Node.ExclusiveJoin join -> flow.joins().enter(task, join, input);
            case Node.Loop loop -> flow.loops().enter(task, loop, input);
        }
    }

    /** The task's resolved input; empty when it cannot be resolved, which has failed the task. */
    Optional<ObjectNode> render(Node node, Task task) {
        return switch (inputs.of(node, task)) {
            case Inputs.Resolution.Input(ObjectNode value) -> {
                if (task.extra().notes().path(Notes.TASK_INPUT) instanceof ObjectNode said) {
                    value.setAll(said);
                }
                yield Optional.of(value);
            }
            case Inputs.Resolution.Fault(String message) -> {
                fail(task, message);
                yield Optional.empty();
            }
        };
    }

    private void fail(Task task, String reason) {
        fail(task, TaskStatus.FAILED_WITH_TERMINAL_ERROR, reason, Flow.MISSING);
    }

    private void fail(Task task, TaskStatus status, String reason, JsonNode output) {
        flow.failures().settle(task, status, reason, output, Duration.ZERO);
    }

    private void done(Task task, ObjectNode input, ObjectNode output) {
        Task begun = task.begun(input, Due.NONE, draft.now());
        draft.put(begun);
        flow.close(begun, TaskStatus.COMPLETED, output, Optional.empty());
    }

    /** The task ends as an earlier execution did. */
    void reuse(Task task, ObjectNode output) {
        render(draft.node(task), task).ifPresent(input -> {
            draft.log(task.id(), LogEntry.Level.INFO, "The output is that of an earlier execution with the same key");
            done(task, input, output);
        });
    }

    /** Makes the task ready for a worker, at once or after a while. */
    void queue(Task reached, Node.Work work, ObjectNode input, Duration wait) {
        Task task = flow.reuse().keyed(reached, input);
        if (work.external()) {
            enqueue(task, work, input, wait);
            return;
        }
        Due due = wait.isZero()
                ? Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()))
                : Due.at(DueKind.DELAY, draft.now().plus(wait));
        dispatch(task.queued(input, due, draft.now()));
    }

    private void enqueue(Task task, Node.Work work, ObjectNode input, Duration wait) {
        TimePolicy time = work.common().time();
        Task queued = queues.assigned(task);
        if (time.total().isPresent()) {
            Instant first = Failures.firstScheduled(task);
            ObjectNode notes = Notes.copy(queued.extra().notes());
            notes.set(Notes.FIRST_SCHEDULED, LongNode.valueOf(first.toEpochMilli()));
            Task.Claim claim = queued.claim();
            queued = queued.withExtra(queued.extra().withNotes(notes))
                    .withClaim(new Task.Claim(
                            claim.fence(),
                            claim.deliveries(),
                            claim.workerId(),
                            Optional.of(first.plus(time.total().get()))));
        }
        dispatch(queued.queued(input, Queues.due(queued, time, wait, draft.now()), draft.now()));
    }

    private void dispatch(Task queued) {
        draft.put(queued);
        if (queued.due().kind() == DueKind.DISPATCH || queued.due().kind() == DueKind.QUEUED) {
            draft.effect(new Effect.Dispatch(queued));
        }
    }

    private void perform(Task task, ObjectNode input) {
        Due due = Due.at(DueKind.DISPATCH, draft.now().plus(limits.redispatchAfter()));
        Task queued = task.queued(input, due, draft.now());
        draft.put(queued);
        draft.effect(new Effect.Perform(queued));
    }

    private void await(Task task, Node node, ObjectNode input) {
        Optional<Instant> limit = node.common().time().timeout().map(draft.now()::plus);
        Optional<Instant> end = Optional.empty();
        if (node instanceof Node.Wait) {
            switch (WaitTime.of(input, draft.now())) {
                case WaitTime.Until(Instant at) -> end = Optional.of(at);
                case WaitTime.Forever forever -> {}
                case WaitTime.Fault(String message) -> {
                    fail(task.withInput(input), message);
                    return;
                }
            }
        }
        Optional<Instant> until = end;
        Optional<Instant> first =
                limit.filter(at -> until.filter(at::isAfter).isEmpty()).or(() -> until);
        // The deadline is what tells, when the time has come, that it is not the end that the task waits for.
        Task.Claim claim = first.equals(limit) ? task.claim().until(limit) : task.claim();
        draft.put(task.begun(input, new Due(DueKind.TIMER, first), draft.now()).withClaim(claim));
    }

    private void compute(Task task, Node.Compute compute, ObjectNode input) {
        Task begun = task.begun(input, Due.NONE, draft.now());
        draft.put(begun);
        try {
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            switch (compute.language()) {
                case JAVASCRIPT ->
                    output.set(
                            "result", javascript(input, input.path("expression").asText("")));
                case FUNCTION_BODY ->
                    output.set(
                            "result",
                            javascript(input, input.path("scriptExpression").asText("")));
                case JQ -> {
                    JsonNode all = draft.moment()
                            .scripts()
                            .evaluate(
                                    new Script.Jq(input.path("queryExpression").asText("")), input);
                    output.set("result", all.isEmpty() ? JsonNodeFactory.instance.nullNode() : all.get(0));
                    output.set("resultList", all);
                }
            }
            flow.close(begun, TaskStatus.COMPLETED, output, Optional.empty());
        } catch (ScriptFailure e) {
            boolean jq = compute.language() == Node.Compute.Language.JQ;
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            if (jq) {
                output.put("error", e.getMessage());
            }
            fail(
                    begun,
                    jq ? TaskStatus.FAILED : TaskStatus.FAILED_WITH_TERMINAL_ERROR,
                    "The expression of task '" + compute.ref() + "' failed: " + e.getMessage(),
                    output);
        }
    }

    private JsonNode javascript(ObjectNode input, String source) {
        String type = input.path("evaluatorType").asText("javascript");
        if (type.equals("value-param")) {
            return input.path(source);
        }
        if (!type.equals("javascript") && !type.equals("graaljs")) {
            throw new ScriptFailure(
                    ScriptFailure.Kind.ERROR,
                    "there is no evaluator of the type '" + type + "'; use javascript, graaljs or value-param");
        }
        return switch (conditions.compiled(source)) {
            case Condition.Compilation.Compiled(Condition condition) ->
                condition.evaluate(input, draft.moment().scripts());
            case Condition.Compilation.Fault(String message) ->
                throw new ScriptFailure(ScriptFailure.Kind.ERROR, message);
        };
    }

    private void setVariables(Task task, ObjectNode input) {
        ObjectNode variables = ((ObjectNode) draft.run().variables()).deepCopy();
        variables.setAll(input);
        if (Weight.of(variables) > limits.variablesBytes()) {
            fail(
                    task.withInput(input),
                    "The variables of the run would be larger than " + limits.variablesBytes() + " bytes");
            return;
        }
        draft.run(draft.run().withVariables(variables));
        done(task, input, input);
    }

    private void terminate(Task task, ObjectNode input) {
        String word = input.path("terminationStatus").asText("COMPLETED");
        Optional<RunStatus> status =
                switch (word) {
                    case "COMPLETED" -> Optional.of(RunStatus.COMPLETED);
                    case "FAILED" -> Optional.of(RunStatus.FAILED);
                    case "TERMINATED" -> Optional.of(RunStatus.TERMINATED);
                    default -> Optional.empty();
                };
        if (status.isEmpty()) {
            fail(
                    task.withInput(input),
                    "terminationStatus must be COMPLETED, FAILED or TERMINATED, not '" + word + "'");
            return;
        }
        JsonNode said = input.path("workflowOutput");
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        if (said.isObject()) {
            output.setAll((ObjectNode) said);
        } else if (!said.isMissingNode() && !said.isNull()) {
            output.set("output", said);
        }
        Task begun = task.begun(input, Due.NONE, draft.now());
        draft.put(begun.closed(TaskStatus.COMPLETED, output, Optional.empty(), draft.now()));
        String reason = input.path("terminationReason").asText("");
        String otherwise = "Workflow is " + word + " by TERMINATE task: " + task.id();
        flow.end(
                status.get(),
                status.get() == RunStatus.COMPLETED && reason.isEmpty()
                        ? Optional.empty()
                        : Optional.of(reason.isEmpty() ? otherwise : reason),
                output.isEmpty() ? flow.output(output) : output);
    }

    private void become(Task task, Node.Dynamic dynamic, ObjectNode input) {
        expanded(task, dynamic, input).ifPresent(fragment -> {
            Node.Branch only = fragment.branches().getFirst();
            Node node = fragment.nodes().get(only.first());
            Task became = task.withLabel(
                    task.label().as(node.common().type(), node.common().name(), node.index(), fragment.part()));
            draft.put(became);
            enter(became);
        });
    }

    private Optional<Fragment> expanded(Task task, Node owner, ObjectNode input) {
        Dynamics dynamics = draft.plan().traits().dynamics();
        switch (dynamics.expand(owner, input, draft.moment().world()::taskDefinition)) {
            case Dynamics.Expansion.Fault(String message) -> {
                fail(task.withInput(input), message);
                return Optional.empty();
            }
            case Dynamics.Expansion.Expanded(JsonNode document) -> {
                Dynamics.Compiled compiled = dynamics.compile(owner, document);
                Fragment fragment = new Fragment(
                        task.label().seq(),
                        task.label().part(),
                        task.label().node(),
                        compiled.nodes(),
                        compiled.branches(),
                        compiled.remembered(),
                        document);
                draft.fragment(fragment);
                return Optional.of(fragment);
            }
        }
    }

    private void choose(Task task, Node.Switch choice, ObjectNode input) {
        JsonNode value;
        try {
            value = switch (choice.choice()) {
                case Node.Choice.Key(String key) -> input.path(key);
                case Node.Choice.Computed(Condition expression) ->
                    expression.evaluate(input, draft.moment().scripts());
            };
        } catch (ScriptFailure e) {
            String reason = "The expression of task '" + choice.ref() + "' failed: " + e.getMessage();
            fail(task.begun(input, Due.NONE, draft.now()), TaskStatus.FAILED, reason, Flow.MISSING);
            return;
        }
        String name = value.isTextual() ? value.textValue() : value.isMissingNode() ? "null" : value.toString();
        OptionalInt branch = choice.otherwise();
        boolean known = choice.cases().containsKey(name);
        if (known
                && (choice.shown() != Node.Switch.Shown.CASE_OUTPUT
                        || choice.cases().get(name).isPresent())) {
            branch = choice.cases().get(name);
        }
        ObjectNode output = JsonNodeFactory.instance.objectNode();
        switch (choice.shown()) {
            case CASE_OR_DEFAULT -> {
                output.putArray("evaluationResult").add(name);
                output.put("selectedCase", known ? name : "defaultCase");
            }
            case VALUE -> {
                output.putArray("evaluationResult").add(name);
                output.put("selectedCase", name);
            }
            case CASE_OUTPUT -> output.putArray("caseOutput").add(name);
        }
        Task begun = task.begun(input, Due.NONE, draft.now());
        Task closed = begun.closed(TaskStatus.COMPLETED, output, Optional.empty(), draft.now());
        draft.put(closed);
        if (branch.isPresent()) {
            flow.reach(branch.getAsInt(), Place.of(task));
        } else {
            flow.follow(closed);
        }
    }

    private void fork(Task task, Node.Fork fork, ObjectNode input) {
        Task open = task.begun(input, flow.limit(fork), draft.now());
        draft.put(open);
        if (fork.branches().isEmpty()) {
            flow.close(open, TaskStatus.COMPLETED, JsonNodeFactory.instance.objectNode(), Optional.empty());
        }
        // Every branch is inserted before the first begins: a branch of inline tasks alone must not look like the last.
        for (Node.Branch branch : fork.branches()) {
            flow.reach(branch.first(), Place.of(task).in(task.id()));
        }
    }

    private void split(Task task, Node.Split split, ObjectNode input) {
        Node.Join join = (Node.Join) draft.node(task.label().part(), split.join());
        close(task, input, JsonNodeFactory.instance.objectNode());
        branches(task, split.branches(), Place.of(task), split.join(), join.joinOn());
    }

    private void splitDynamically(Task task, Node.DynamicSplit split, ObjectNode input) {
        expanded(task, split, input).ifPresent(fragment -> {
            List<String> names =
                    fragment.branches().stream().map(Node.Branch::lastRef).toList();
            ObjectNode output = JsonNodeFactory.instance.objectNode();
            output.set("forkedTasks", names(names).get("joinOn"));
            output.set("forkedTaskDefs", fragment.document().path("tasks"));
            close(task, input, output);
            branches(task, fragment.branches(), Place.of(task).of(fragment.part()), split.join(), names);
        });
    }

    private void close(Task task, ObjectNode input, ObjectNode output) {
        draft.put(task.begun(input, Due.NONE, draft.now())
                .closed(TaskStatus.COMPLETED, output, Optional.empty(), draft.now()));
    }

    /** The JOIN opens with its branches, is numbered after their first tasks, and owns them. */
    private void branches(Task fork, List<Node.Branch> branches, Place place, int joinNode, List<String> joinOn) {
        UUID joinId = draft.moment().ids().get();
        List<Task> firsts = new ArrayList<>();
        for (Node.Branch branch : branches) {
            Node first = draft.node(place.part(), branch.first());
            firsts.add(flow.fresh(first, place.in(joinId), 0, Optional.empty()));
        }
        Node node = draft.node(fork.label().part(), joinNode);
        ObjectNode notes = JsonNodeFactory.instance.objectNode();
        notes.set(Notes.FROM, IntNode.valueOf(fork.label().seq()));
        Task join = flow.fresh(joinId, node, Place.of(fork), 0, Optional.empty())
                .withExtra(Task.Extra.NONE.withNotes(notes));
        Task open = join.begun(names(joinOn), flow.limit(node), draft.now());
        firsts.forEach(flow::insert);
        draft.put(open);
        if (firsts.isEmpty() || joinOn.isEmpty()) {
            flow.joins().opened(open, (Node.Join) node);
        }
    }

    private static ObjectNode names(List<String> names) {
        ObjectNode input = JsonNodeFactory.instance.objectNode();
        ArrayNode joinOn = input.putArray("joinOn");
        names.forEach(joinOn::add);
        return input;
    }
}
