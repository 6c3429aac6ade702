package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** A schema, written where it is used or in the registry (conductor: SchemaDef). */
public record SchemaDoc(ObjectNode json) {

    public String name() {
        return Members.text(json, "name").orElse("");
    }

    public int version() {
        return Members.number(json, "version", 1);
    }

    /** JSON, AVRO or PROTOBUF. */
    public String type() {
        return Members.text(json, "type").orElse("JSON");
    }

    /** The schema itself; absent when it stands in a registry. */
    public Optional<ObjectNode> data() {
        return Members.optionalObject(json, "data");
    }

    public Optional<String> externalRef() {
        return Members.text(json, "externalRef");
    }
}
