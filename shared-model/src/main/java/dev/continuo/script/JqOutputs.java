package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;

/** Gathers the outputs of a jq program, bounded, and as JSON: a number that JSON does not have becomes what jq prints. */
final class JqOutputs {

    private final JqMeter meter;
    private final int maxChars;
    private final ArrayNode all = JsonNodeFactory.instance.arrayNode();
    private long chars = 2;

    JqOutputs(JqMeter meter, SandboxLimits limits) {
        this.meter = meter;
        this.maxChars = limits.maxResultChars();
    }

    void add(JsonNode value) {
        meter.step();
        meter.elements(all.size() + 2.0);
        meter.weight(value);
        all.add(written(value));
    }

    ArrayNode all() {
        return all;
    }

    /** The same node where nothing has to change. Deep values are refused when they are made. */
    private JsonNode written(JsonNode value) {
        count(value);
        if (value.isArray()) {
            ArrayNode changed = null;
            for (int i = 0; i < value.size(); i++) {
                var element = written(value.get(i));
                if (element != value.get(i)) {
                    changed = changed == null ? ((ArrayNode) value).arrayNode().addAll((ArrayNode) value) : changed;
                    changed.set(i, element);
                }
            }
            return changed == null ? value : changed;
        }
        if (value.isObject()) {
            return writtenObject(value);
        }
        return value.isDouble() && !Double.isFinite(value.doubleValue()) ? asPrinted(value.doubleValue()) : value;
    }

    private JsonNode writtenObject(JsonNode value) {
        ObjectNode changed = null;
        for (var field : value.properties()) {
            chars(field.getKey().length() + 3L);
            var member = written(field.getValue());
            if (member != field.getValue()) {
                if (changed == null) {
                    changed = JsonNodeFactory.instance.objectNode().setAll((ObjectNode) value);
                }
                changed.set(field.getKey(), member);
            }
        }
        return changed == null ? value : changed;
    }

    private void count(JsonNode value) {
        if (value.isTextual()) {
            chars(value.textValue().length() + 3L);
        } else if (value.isContainerNode()) {
            chars(3);
        } else {
            chars(value.asText().length() + 1L);
        }
    }

    private void chars(long more) {
        chars += more;
        if (chars > maxChars) {
            throw new ScriptFailure(
                    Kind.RESULT_TOO_LARGE, "the result is larger than " + maxChars + " characters of JSON");
        }
    }

    private static JsonNode asPrinted(double number) {
        return Double.isNaN(number)
                ? NullNode.getInstance()
                : DoubleNode.valueOf(Math.copySign(Double.MAX_VALUE, number));
    }
}
