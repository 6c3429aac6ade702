package dev.continuo.engine;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Fault;
import dev.continuo.definition.JsonSchemaCheck;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.SchemaDoc;
import dev.continuo.definition.conductor.Violation;
import dev.continuo.definition.conductor.WorkflowDefDoc;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks what a run is started with against the schema that stands in its definition (conductor: inputSchema,
 * enforceSchema). Only JSON Schemas that are written there are known: what stands in a registry, and AVRO and PROTOBUF,
 * checks nothing.
 */
final class InputSchemas {
    private static final int MOST = 200;

    private final Vertx vertx;
    private final Map<UUID, JsonSchemaCheck> compiled = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, JsonSchemaCheck> eldest) {
            return size() > MOST;
        }
    };

    InputSchemas(Vertx vertx) {
        this.vertx = vertx;
    }

    /** What is wrong with the input; at once for a definition without such a schema. */
    Future<List<Violation>> check(Plan plan, WorkflowDefDoc def, JsonNode input) {
        Optional<ObjectNode> schema = def.inputSchema()
                .filter(doc -> def.enforceSchema() && doc.type().equals("JSON"))
                .flatMap(SchemaDoc::data);
        return schema.isEmpty()
                ? Future.succeededFuture(List.of())
                : vertx.executeBlocking(() -> violations(plan.revisionId(), schema.get(), input), false);
    }

    private List<Violation> violations(UUID revisionId, ObjectNode schema, JsonNode input) {
        try {
            return checker(revisionId, schema).check(input).stream()
                    .map(fault -> violation(fault, input))
                    .toList();
        } catch (IllegalArgumentException e) {
            return List.of(new Violation("inputSchema.data", e.getMessage(), NullNode.getInstance()));
        }
    }

    private synchronized JsonSchemaCheck checker(UUID revisionId, ObjectNode schema) {
        return compiled.computeIfAbsent(revisionId, id -> JsonSchemaCheck.of(schema));
    }

    private static Violation violation(Fault fault, JsonNode input) {
        JsonNode value = input.at(JsonPointer.compile(fault.pointer()));
        return new Violation(
                path(fault.pointer()), fault.message(), value.isValueNode() ? value : NullNode.getInstance());
    }

    /** As the dialect writes places: {@code input.orders[2].id}. */
    private static String path(String pointer) {
        StringBuilder path = new StringBuilder("input");
        for (JsonPointer step = JsonPointer.compile(pointer); !step.matches(); step = step.tail()) {
            if (step.mayMatchElement()) {
                path.append('[').append(step.getMatchingIndex()).append(']');
            } else {
                path.append('.').append(step.getMatchingProperty());
            }
        }
        return path.toString();
    }
}
