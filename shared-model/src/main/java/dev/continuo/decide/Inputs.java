package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.Node;
import dev.continuo.expression.Missing;
import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Scope;
import dev.continuo.expression.Segment;
import dev.continuo.expression.Template;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** What the templates and conditions of a plan see of a run. */
final class Inputs implements Scope {
    /** A reference of its own: the id of the task whose input it stands in (source: conductor, section 3.1). */
    private static final String OWN_ID = "CPEWF_TASK_ID";

    /** What came of resolving a task's input. */
    sealed interface Resolution {
        record Input(ObjectNode value) implements Resolution {}

        record Fault(String message) implements Resolution {}
    }

    private final Draft draft;
    private final Words words;
    /** The task whose input is being resolved: its own id is a value, too. */
    private Optional<Task> current = Optional.empty();

    Inputs(Draft draft) {
        this.draft = draft;
        this.words = Words.of(draft.plan().dialect());
    }

    /** What stands in a text for a reference without a value. */
    Missing missing() {
        return switch (draft.plan().dialect()) {
            case WORKFLOWSVC -> Missing.NOTHING;
            case CONDUCTOR -> Missing.NULL_WORD;
            case AGENTS -> Missing.REFUSE;
        };
    }

    /**
     * A task's input: its template resolved, then each overridable literal replaced by the run's input of that name, then
     * what is fixed, then the defaults of what has no value.
     */
    Resolution of(Node node, Task task) {
        current = Optional.of(task);
        return switch (node.common().input().render(this, missing())) {
            case RenderResult.Rendered(JsonNode value) ->
                new Resolution.Input(completed(node, overridden(node, (ObjectNode) value)));
            case RenderResult.TooLarge(int maxChars) ->
                new Resolution.Fault(words.unresolvable(node, "it would be larger than " + maxChars + " characters"));
            case RenderResult.Refused(Reference reference, String message) ->
                new Resolution.Fault(words.unresolvable(node, reference.text() + ": " + message));
            case RenderResult.Unresolved(Reference reference) ->
                new Resolution.Fault(words.unresolved(node, reference));
        };
    }

    /** A template that stands beside a task's input, and sees what that sees. */
    RenderResult as(Task task, Template template) {
        current = Optional.of(task);
        return template.render(this, missing());
    }

    /** The key of a task's output: it sees the members of the task's input first. */
    RenderResult key(Task task, Template template, ObjectNode input) {
        current = Optional.of(task);
        return template.render(
                reference -> input.has(reference.root())
                        ? reference.walk(member(input.get(reference.root()), reference.property()))
                        : resolve(reference),
                Missing.REFUSE);
    }

    private static JsonNode member(JsonNode value, Property property) {
        return switch (property) {
            case Property.Whole.WHOLE -> value;
            case Property.Named(String name) -> value.path(name);
            case Property.Known known -> value.path(known.name().toLowerCase(Locale.ROOT));
        };
    }

    private static ObjectNode completed(Node node, ObjectNode input) {
        input.setAll(node.common().fixed());
        for (Map.Entry<String, JsonNode> value : node.common().defaults().properties()) {
            if (input.path(value.getKey()).isMissingNode()
                    || input.path(value.getKey()).isNull()) {
                input.set(value.getKey(), value.getValue());
            }
        }
        return input;
    }

    private ObjectNode overridden(Node node, ObjectNode input) {
        JsonNode runInput = draft.run().origin().input();
        for (String key : node.common().overridable()) {
            if (runInput.has(key)) {
                input.set(key, runInput.get(key));
            }
        }
        return input;
    }

    /** {@code $} of a loop's condition: the loop's own input, its iteration, and the body's latest outputs. */
    ObjectNode ofCondition(Node.Loop loop, Task task) {
        ObjectNode dollar = JsonNodeFactory.instance.objectNode();
        dollar.setAll((ObjectNode) task.input());
        boolean ofPass = loop.kept() == Node.Loop.Kept.ALL;
        String suffix = Place.of(task)
                .pass(task.id(), task.output().path("iteration").asInt())
                .suffix();
        dollar.setAll(ofPass ? outputsOf(loop.bodyRefs(), suffix) : outputs(loop.bodyRefs()));
        dollar.set(loop.ref(), task.output());
        return dollar;
    }

    /** The outputs of what ran in one pass of a loop, inner loops included. */
    ObjectNode outputsOf(List<String> refs, String suffix) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        for (String ref : refs) {
            draft.latest(ref)
                    .filter(task -> task.label().suffix().equals(suffix)
                            || task.label().suffix().startsWith(suffix + "__"))
                    .map(Task::output)
                    .filter(output -> !output.isMissingNode())
                    .ifPresent(output -> outputs.set(ref, output));
        }
        return outputs;
    }

    ObjectNode outputs(List<String> refs) {
        ObjectNode outputs = JsonNodeFactory.instance.objectNode();
        for (String ref : refs) {
            draft.latest(ref)
                    .map(Task::output)
                    .filter(output -> !output.isMissingNode())
                    .ifPresent(output -> outputs.set(ref, output));
        }
        return outputs;
    }

    @Override
    public JsonNode resolve(Reference reference) {
        if (reference.root().equals(OWN_ID)) {
            return current.map(task -> id(task.id())).orElseGet(MissingNode::getInstance);
        }
        JsonNode root = reference.toWorkflow()
                ? ofRun(reference.property())
                : draft.latest(reference.root())
                        .map(task -> ofTask(task, reference))
                        .orElseGet(MissingNode::getInstance);
        return reference.walk(root);
    }

    private JsonNode ofRun(Property property) {
        Run run = draft.run();
        return switch (property) {
            case Property.Known.INPUT -> run.origin().input();
            case Property.Known.VARIABLES -> run.variables();
            case Property.Known.OUTPUT -> run.output();
            case Property.Known.STATUS -> TextNode.valueOf(run.status().name());
            case Property.Whole.WHOLE -> MissingNode.getInstance();
            case Property.Named(String name) ->
                switch (name) {
                    case "workflowId", "_id" -> id(run.id());
                    case "name", "_name", "workflowType" ->
                        TextNode.valueOf(draft.plan().name());
                    case "version" -> IntNode.valueOf(run.origin().definitionVersion());
                    case "schemaVersion" -> IntNode.valueOf(2);
                    case "correlationId" -> text(run.origin().correlationId());
                    case "parentWorkflowId" -> text(run.origin().parentRunId().map(UUID::toString));
                    case "parentWorkflowTaskId" ->
                        text(run.origin().parentTaskId().map(UUID::toString));
                    case "reasonForIncompletion" -> text(run.reason());
                    case "priority" -> IntNode.valueOf(run.origin().priority());
                    case "taskToDomain" -> run.origin().attributes().path(Queues.DOMAINS);
                    case "createTime", "startTime" -> time(run.times().createdAt());
                    case "namespace" -> TextNode.valueOf(run.origin().namespace());
                    default -> MissingNode.getInstance();
                };
        };
    }

    /** The pass that a loop is in, or that another task belongs to. */
    private JsonNode iteration(Task task) {
        return draft.knownNode(task).filter(Node.Loop.class::isInstance).isPresent()
                ? task.output().path("iteration")
                : IntNode.valueOf(task.label().iteration());
    }

    /** Of an open loop, only what asks for the passes gets them: a body that asks for the item must not cost all. */
    private JsonNode output(Task task, List<Segment> path) {
        boolean own = !path.isEmpty()
                && path.getFirst() instanceof Segment.Name(String name)
                && task.output().has(name);
        if (own
                || !task.open()
                || !(draft.node(task) instanceof Node.Loop loop)
                || loop.kept() == Node.Loop.Kept.LAST) {
            return task.output();
        }
        ObjectNode output = ((ObjectNode) task.output()).deepCopy();
        draft.passes(task.id()).into(output, Loops.kept(task));
        return output;
    }

    private JsonNode ofTask(Task task, Reference reference) {
        return switch (reference.property()) {
            case Property.Known.OUTPUT -> output(task, reference.path());
            case Property.Known.INPUT -> task.input();
            case Property.Known.STATUS -> TextNode.valueOf(task.status().name());
            case Property.Known.VARIABLES, Property.Whole.WHOLE -> MissingNode.getInstance();
            case Property.Named(String name) ->
                switch (name) {
                    case "taskId", "_id" -> id(task.id());
                    case "taskType" -> TextNode.valueOf(task.label().type());
                    case "taskDefName" -> TextNode.valueOf(task.label().name());
                    case "referenceTaskName" -> TextNode.valueOf(task.shownRef());
                    case "seq" -> IntNode.valueOf(task.label().seq());
                    case "iteration" -> iteration(task);
                    case "retryCount" -> IntNode.valueOf(task.label().attempt());
                    case "workerId" -> text(task.claim().workerId());
                    case "subWorkflowId" -> text(task.extra().childRunId().map(UUID::toString));
                    case "scheduledTime" -> time(task.times().scheduledAt());
                    case "startTime" ->
                        task.times().startedAt().map(Inputs::time).orElseGet(MissingNode::getInstance);
                    case "endTime" -> task.times().endedAt().map(Inputs::time).orElseGet(MissingNode::getInstance);
                    case "reasonForIncompletion", "_reason" -> text(task.reason());
                    default -> MissingNode.getInstance();
                };
        };
    }

    private static JsonNode id(UUID id) {
        return TextNode.valueOf(id.toString());
    }

    private static JsonNode text(Optional<String> text) {
        return text.<JsonNode>map(TextNode::valueOf).orElseGet(MissingNode::getInstance);
    }

    private static JsonNode time(Instant at) {
        return LongNode.valueOf(at.toEpochMilli());
    }
}
