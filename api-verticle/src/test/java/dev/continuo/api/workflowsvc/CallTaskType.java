package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.TaskType;
import dev.continuo.store.Json;

/** A connector's type without a connector: its tasks wait for a worker that never comes. */
public final class CallTaskType implements TaskType {
    @Override
    public String name() {
        return "CALL";
    }

    @Override
    public JsonNode formalParams() {
        return Json.read("""
                {"type":"object",
                 "properties":{"_inputParams":{"type":"object","required":["_url"],"properties":{
                     "_url":{"type":"string"},
                     "_auth":{"type":"object","encrypt":true}}}}}
                """);
    }
}
