package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.Node;
import dev.continuo.definition.Plan;
import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Scope;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.util.List;

/** What the templates and conditions of a plan see of a run. */
final class Inputs implements Scope {
    /** What came of resolving a task's input. */
    sealed interface Resolution {
        record Input(ObjectNode value) implements Resolution {}

        record Fault(String message) implements Resolution {}
    }

    private final Plan plan;
    private final Draft draft;

    Inputs(Plan plan, Draft draft) {
        this.plan = plan;
        this.draft = draft;
    }

    /** A task's input: its template resolved, then each overridable literal replaced by the run's input of that name. */
    Resolution of(Node node) {
        return switch (node.common().input().render(this)) {
            case RenderResult.Rendered(JsonNode value) -> new Resolution.Input(overridden(node, (ObjectNode) value));
            case RenderResult.TooLarge(int maxChars) ->
                new Resolution.Fault("it would be larger than " + maxChars + " characters");
            case RenderResult.Unresolved(Reference reference) ->
                new Resolution.Fault("${" + reference.text() + "} has no value");
        };
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
        dollar.setAll(outputs(loop.bodyRefs()));
        dollar.set(loop.ref(), task.output());
        return dollar;
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
        JsonNode root = reference.toWorkflow()
                ? ofRun(reference.property())
                : draft.latest(reference.root())
                        .map(task -> ofTask(task, reference.property()))
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
                    case "workflowId", "_id" -> TextNode.valueOf(run.id().toString());
                    case "name", "_name", "workflowType" -> TextNode.valueOf(plan.name());
                    case "correlationId" ->
                        run.origin()
                                .correlationId()
                                .<JsonNode>map(TextNode::valueOf)
                                .orElseGet(MissingNode::getInstance);
                    case "namespace" -> TextNode.valueOf(run.origin().namespace());
                    default -> MissingNode.getInstance();
                };
        };
    }

    /** The pass that a loop is in, or that another task belongs to. */
    private JsonNode iteration(Task task) {
        return plan.node(task.label().node()) instanceof Node.Loop
                ? task.output().path("iteration")
                : IntNode.valueOf(task.label().iteration());
    }

    private JsonNode ofTask(Task task, Property property) {
        return switch (property) {
            case Property.Known.OUTPUT -> task.output();
            case Property.Known.INPUT -> task.input();
            case Property.Known.STATUS -> TextNode.valueOf(task.status().name());
            case Property.Known.VARIABLES, Property.Whole.WHOLE -> MissingNode.getInstance();
            case Property.Named(String name) ->
                switch (name) {
                    case "taskId", "_id" -> TextNode.valueOf(task.id().toString());
                    case "iteration" -> iteration(task);
                    case "retryCount" -> IntNode.valueOf(task.label().attempt());
                    case "reasonForIncompletion", "_reason" ->
                        task.reason().<JsonNode>map(TextNode::valueOf).orElseGet(MissingNode::getInstance);
                    default -> MissingNode.getInstance();
                };
        };
    }
}
