package dev.continuo.api.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.PointerPath;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Wording;

/** A refusal as the original words it: {@code {"message"}}. Single things that are wrong are listed in {@code errors}. */
final class MessageWording implements Wording {

    @Override
    public String contentType() {
        return "application/json";
    }

    @Override
    public ObjectNode body(Problem problem, String path) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("message", problem.status() == 405 ? "Method not allowed" : problem.detail());
        if (!problem.errors().isEmpty()) {
            ArrayNode errors = body.putArray("errors");
            problem.errors().forEach(flaw -> errors.add(entry(flaw)));
        }
        return body;
    }

    private static ObjectNode entry(Flaw flaw) {
        ObjectNode entry = JsonNodeFactory.instance.objectNode();
        switch (flaw) {
            case Flaw.InQuery(String parameter, String message) -> entry.put("path", parameter);
            case Flaw.InBody(String pointer, String message) -> entry.put("path", PointerPath.of(pointer));
            case Flaw.AtPath(String place, String message, JsonNode value) -> entry.put("path", place);
        }
        return entry.put("message", flaw.message());
    }
}
