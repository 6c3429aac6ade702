package dev.continuo.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.Fault;
import dev.continuo.definition.JsonSchemaCheck;
import dev.continuo.definition.TaskType;
import dev.continuo.secret.EncryptedFields;
import dev.continuo.secret.Sealer;
import dev.continuo.worker.connector.Connector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The task types that a worker executes. */
final class Catalog {

    /** A connector with what its formal params say. */
    record Entry(Connector connector, JsonSchemaCheck inputSchema, EncryptedFields encrypted) {

        /** With the sensitive fields readable; throws {@link dev.continuo.secret.UnsealFailure}. */
        JsonNode unsealed(JsonNode input, Sealer sealer, String namespace) {
            return encrypted.unseal(input, sealer, namespace);
        }

        /** Every sensitive value of an unsealed input. */
        List<String> secrets(JsonNode unsealed) {
            List<String> secrets = new ArrayList<>();
            encrypted.replace(unsealed, (leaf, pointer) -> {
                secrets.add(leaf.asText());
                return Optional.empty();
            });
            return secrets;
        }

        List<Fault> faults(JsonNode unsealed) {
            return inputSchema.check(unsealed);
        }
    }

    private final Map<String, Entry> entries = new HashMap<>();

    /** @throws IllegalArgumentException when a connector has no task type, or two connectors have the same */
    Catalog(Collection<Connector> connectors, Collection<TaskType> types) {
        for (Connector connector : connectors) {
            JsonNode formalParams = types.stream()
                    .filter(type -> type.name().equals(connector.type()))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("There is no task type " + connector.type()))
                    .formalParams();
            JsonNode inputSchema = formalParams.path("properties").path("_inputParams");
            Entry entry = new Entry(connector, JsonSchemaCheck.of(inputSchema), EncryptedFields.of(formalParams));
            if (entries.put(connector.type(), entry) != null) {
                throw new IllegalArgumentException("Two connectors execute " + connector.type());
            }
        }
    }

    Optional<Entry> find(String type) {
        return Optional.ofNullable(entries.get(type));
    }

    boolean has(String type) {
        return entries.containsKey(type);
    }
}
