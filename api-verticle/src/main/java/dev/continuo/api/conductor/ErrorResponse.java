package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.PointerPath;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Wording;

/**
 * A refusal as Conductor words it (conductor: ErrorResponse). What makes sense to be tried again says so in
 * {@code retryable}; each single thing that is wrong is in {@code validationErrors}, with the path as JavaScript would
 * write it.
 */
final class ErrorResponse implements Wording {
    private static final String SEVERAL = "Validation failed, check below errors for detail.";

    private final String instance;

    /** @param instance what tells this server from others */
    ErrorResponse(String instance) {
        this.instance = instance;
    }

    /** The Java client encodes paths as forms. */
    @Override
    public boolean plusIsSpace() {
        return true;
    }

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public ObjectNode body(Problem problem, String path) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("status", problem.status());
        body.put("message", problem.errors().isEmpty() ? problem.detail() : SEVERAL);
        body.put("instance", instance);
        body.put("retryable", problem.retryAfter().isPresent());
        if (!problem.errors().isEmpty()) {
            ArrayNode list = body.putArray("validationErrors");
            problem.errors().forEach(flaw -> list.add(entry(flaw)));
        }
        return body;
    }

    /** All members are texts: the official Java client can read none of the faults when one value is an object. */
    private static ObjectNode entry(Flaw flaw) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        switch (flaw) {
            case Flaw.InQuery(String parameter, String message) -> entry.put("path", parameter);
            case Flaw.InBody(String pointer, String message) -> entry.put("path", PointerPath.of(pointer));
            case Flaw.AtPath(String path, String message, JsonNode value) -> entry.put("path", path);
        }
        entry.put("message", flaw.message());
        if (flaw instanceof Flaw.AtPath(String path, String message, JsonNode value)
                && !value.isMissingNode()
                && !value.isNull()) {
            entry.put("invalidValue", value.isValueNode() ? value.asText() : value.toString());
        }
        return entry;
    }
}
