package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The members of an object that the dialect knows; the others are let through. */
record Shape(List<Field> fields, Set<String> names) {

    /**
     * @param otherwise what an absent member is shown as, empty for nothing
     */
    record Field(String name, Type type, Optional<JsonNode> otherwise) {}

    /** What a member may hold. Numbers, booleans and texts may stand for each other where they mean the same. */
    sealed interface Type {
        record Text() implements Type {}

        record Bool() implements Type {}

        record Whole(long least, long most) implements Type {}

        record OneOf(List<String> words) implements Type {}

        /** A text with a reference, whose value is only known at run time, or what the type says. */
        record OrTemplate(Type type) implements Type {}

        record AnyObject() implements Type {}

        /** A text or an object. */
        record TextOrObject() implements Type {}

        record Anything() implements Type {}

        record MapOf(Type type) implements Type {}

        record ListOf(Type type) implements Type {}

        record Struct(Shape shape) implements Type {}
    }

    static Builder builder() {
        return new Builder();
    }

    static final class Builder {
        private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
        private final List<Field> fields = new ArrayList<>();

        Builder with(Type type, String... names) {
            for (String name : names) {
                fields.add(new Field(name, type, Optional.empty()));
            }
            return this;
        }

        Builder text(String... names) {
            return with(new Type.Text(), names);
        }

        Builder textOr(String name, String otherwise) {
            return with(new Type.Text(), name, NODES.textNode(otherwise));
        }

        Builder bool(String name, boolean otherwise) {
            return with(new Type.Bool(), name, NODES.booleanNode(otherwise));
        }

        Builder whole(String name, Type.Whole range, int otherwise) {
            return with(range, name, NODES.numberNode(otherwise));
        }

        Builder oneOf(String name, List<String> words, String otherwise) {
            return with(new Type.OneOf(words), name, NODES.textNode(otherwise));
        }

        /** Empty when absent. */
        Builder map(String name, Type type) {
            return with(new Type.MapOf(type), name, NODES.objectNode());
        }

        /** Empty when absent. */
        Builder list(String name, Type type) {
            return with(new Type.ListOf(type), name, NODES.arrayNode());
        }

        /** Empty when absent. */
        Builder object(String name) {
            return with(new Type.AnyObject(), name, NODES.objectNode());
        }

        private Builder with(Type type, String name, JsonNode otherwise) {
            fields.add(new Field(name, type, Optional.of(otherwise)));
            return this;
        }

        Shape build() {
            return new Shape(
                    List.copyOf(fields), fields.stream().map(Field::name).collect(Collectors.toUnmodifiableSet()));
        }
    }
}
