package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.conductor.Shape.Type;
import java.util.Map;

/**
 * What answers show for a stored document: every member that has a default, nothing that is null, and numbers that were
 * written as text as numbers. Members that the dialect does not know stay. No argument is ever changed; a view shares what
 * it shows as it is with the document, so it is not to be changed either.
 */
public final class ConductorDefaults {
    private static final String LEGACY_TYPE = "workflowTaskType";

    private ConductorDefaults() {}

    /** conductor: WorkflowDef */
    public static ObjectNode workflow(ObjectNode document) {
        return filled(Shapes.WORKFLOW, TaskTree.replacedInWorkflow(document, ConductorDefaults::task));
    }

    /** conductor: WorkflowTask, with what is inside of it */
    public static ObjectNode workflowTask(ObjectNode document) {
        return TaskTree.replaced(document, ConductorDefaults::task);
    }

    /** conductor: TaskDef */
    public static ObjectNode taskDef(ObjectNode document) {
        return filled(Shapes.TASK_DEF, document);
    }

    private static ObjectNode task(ObjectNode task) {
        task.put("type", new WorkflowTaskDoc(task).type());
        task.remove(LEGACY_TYPE);
        return filled(Shapes.WORKFLOW_TASK, task);
    }

    private static ObjectNode filled(Shape shape, ObjectNode document) {
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        for (Shape.Field field : shape.fields()) {
            JsonNode value = document.path(field.name());
            if (!absent(field.type(), value)) {
                view.set(field.name(), shown(field.type(), value));
            } else {
                field.otherwise().ifPresent(otherwise -> view.set(field.name(), otherwise.deepCopy()));
            }
        }
        for (Map.Entry<String, JsonNode> member : document.properties()) {
            if (!shape.names().contains(member.getKey())) {
                view.set(member.getKey(), member.getValue());
            }
        }
        return view;
    }

    private static boolean absent(Type type, JsonNode value) {
        return value.isMissingNode()
                || value.isNull()
                || type instanceof Type.OneOf && value.asText().isBlank();
    }

    private static JsonNode shown(Type type, JsonNode value) {
        return switch (type) {
            case Type.Struct(Shape shape) -> value instanceof ObjectNode object ? filled(shape, object) : value;
            case Type.MapOf(Type inner) -> {
                ObjectNode map = JsonNodeFactory.instance.objectNode();
                value.properties().forEach(entry -> map.set(entry.getKey(), shown(inner, entry.getValue())));
                yield map;
            }
            case Type.ListOf(Type inner) -> {
                ArrayNode list = JsonNodeFactory.instance.arrayNode(value.size());
                value.forEach(item -> list.add(shown(inner, item)));
                yield list;
            }
            case Type.OrTemplate(Type inner) -> ShapeCheck.isTemplate(value) ? value : shown(inner, value);
            case Type.Text text -> Scalars.text(value);
            case Type.Bool bool ->
                Scalars.bool(value).<JsonNode>map(BooleanNode::valueOf).orElse(value);
            case Type.Whole range -> Scalars.number(value);
            case Type.OneOf words -> value;
            case Type.AnyObject object -> value;
            case Type.TextOrObject either -> value;
            case Type.Anything anything -> value;
        };
    }
}
