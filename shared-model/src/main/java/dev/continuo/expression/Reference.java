package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;

/**
 * A reference of a template.
 *
 * @param root the reference name of a task, {@link #WORKFLOW}, {@link #TASK_ID}, or the key of the brace syntax; empty
 *     in {@link Template#references()} when other references give it
 * @param property what of the root is asked for
 * @param path the steps behind the property
 * @param text the reference as written, for messages
 * @param at where in the template it occurs
 */
public record Reference(String root, Property property, List<Segment> path, String text, Pointer at) {

    public static final String WORKFLOW = "workflow";

    /** The root, without a property, for the id of the task whose input is rendered (conductor: expressions). */
    public static final String TASK_ID = "CPEWF_TASK_ID";

    public Reference {
        path = List.copyOf(path);
    }

    public boolean toWorkflow() {
        return root.equals(WORKFLOW);
    }

    public boolean toTaskId() {
        return root.equals(TASK_ID);
    }

    /** Which root is read is known only when it is rendered: it may be any task. */
    public boolean toAnything() {
        return root.isEmpty();
    }

    /**
     * Follows the path from the value of the property. The result is {@link MissingNode} when a step finds nothing;
     * a JSON null that is there stays a JSON null.
     */
    public JsonNode walk(JsonNode property) {
        var node = property;
        for (var segment : path) {
            node = switch (segment) {
                case Segment.Name(var name) -> node.path(name);
                case Segment.Index(var index) -> node.path(index < 0 ? index + node.size() : index);
                case Segment.Computed computed -> MissingNode.getInstance();
            };
        }
        return node;
    }
}
