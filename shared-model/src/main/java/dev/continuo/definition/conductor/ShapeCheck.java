package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.conductor.Shape.Type;
import java.util.OptionalLong;

/** Checks the types of members. Null is absent, and so is a blank text where a word of a list is expected. */
final class ShapeCheck {
    private final Violations violations;

    ShapeCheck(Violations violations) {
        this.violations = violations;
    }

    void members(Shape shape, JsonNode object, Place at) {
        for (Shape.Field field : shape.fields()) {
            JsonNode value = object.path(field.name());
            if (!value.isMissingNode() && !value.isNull()) {
                check(field.type(), value, at.member(field.name()), field.name());
            }
        }
    }

    /** The document is a list of tasks. */
    void tasks(JsonNode list) {
        check(new Type.ListOf(new Type.AnyObject()), list, Place.ROOT, "tasks");
    }

    private void check(Type type, JsonNode value, Place at, String name) {
        if (violations.full()) {
            return;
        }
        switch (type) {
            case Type.Anything() -> {}
            case Type.Text() -> require(value.isValueNode() && !value.isNull(), value, at, name + " must be a string");
            case Type.Bool() ->
                require(Scalars.bool(value).isPresent(), value, at, name + " must be a boolean: true or false");
            case Type.Whole range -> whole(range, value, at, name);
            case Type.OneOf(var words) ->
                require(
                        value.isTextual() && (value.textValue().isBlank() || words.contains(value.textValue())),
                        value,
                        at,
                        name + " must be one of " + String.join(", ", words));
            case Type.OrTemplate(Type inner) -> {
                if (!isTemplate(value)) {
                    check(inner, value, at, name);
                }
            }
            case Type.AnyObject() -> require(value.isObject(), value, at, name + " must be an object");
            case Type.TextOrObject() ->
                require(value.isTextual() || value.isObject(), value, at, name + " must be a string or an object");
            case Type.MapOf(Type inner) -> {
                if (require(value.isObject(), value, at, name + " must be an object")) {
                    value.properties()
                            .forEach(entry ->
                                    check(inner, entry.getValue(), at.member(entry.getKey()), "a member of " + name));
                }
            }
            case Type.ListOf(Type inner) -> {
                if (require(value.isArray(), value, at, name + " must be an array")) {
                    for (int i = 0; i < value.size(); i++) {
                        check(inner, value.get(i), at.item(i), "an item of " + name);
                    }
                }
            }
            case Type.Struct(Shape shape) -> {
                if (require(value.isObject(), value, at, name + " must be an object")) {
                    members(shape, value, at);
                }
            }
        }
    }

    private void whole(Type.Whole range, JsonNode value, Place at, String name) {
        OptionalLong number = Scalars.whole(value);
        if (require(number.isPresent(), value, at, name + " must be a whole number")) {
            require(number.getAsLong() >= range.least(), value, at, name + " must be >= " + range.least());
            require(number.getAsLong() <= range.most(), value, at, name + " must be <= " + range.most());
        }
    }

    private boolean require(boolean held, JsonNode value, Place at, String message) {
        if (!held) {
            violations.add(at, message, value);
        }
        return held;
    }

    static boolean isTemplate(JsonNode value) {
        return value.isTextual() && value.textValue().contains("${");
    }
}
