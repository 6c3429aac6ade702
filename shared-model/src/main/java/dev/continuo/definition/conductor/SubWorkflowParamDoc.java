package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;

/** What a SUB_WORKFLOW starts (conductor: SubWorkflowParams). Every text may be a template. */
public record SubWorkflowParamDoc(ObjectNode json) {

    /** Absent when the definition is written here. */
    public Optional<String> name() {
        return Members.text(json, "name");
    }

    /** A number or a template; absent: the latest as of the parent's start, 0: the latest when the child starts. */
    public Optional<JsonNode> version() {
        return Members.value(json, "version");
    }

    /** An object, or a template that gives one. */
    public Optional<JsonNode> workflowDefinition() {
        return Members.value(json, "workflowDefinition");
    }

    public ObjectNode taskToDomain() {
        return Members.object(json, "taskToDomain");
    }

    /** A number or a template. */
    public Optional<JsonNode> priority() {
        return Members.value(json, "priority");
    }

    public Optional<String> idempotencyKey() {
        return Members.text(json, "idempotencyKey");
    }

    /** FAIL, RETURN_EXISTING or FAIL_ON_RUNNING. */
    public Optional<String> idempotencyStrategy() {
        return Members.text(json, "idempotencyStrategy");
    }
}
