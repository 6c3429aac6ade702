package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** The syntax tree of a template. */
sealed interface TemplateNode {

    /** A scalar, which Jackson keeps immutable. */
    record Constant(JsonNode value) implements TemplateNode {}

    /** A string that is one reference: the value keeps its JSON type. */
    record Value(Lookup lookup) implements TemplateNode {}

    record Text(List<Piece> pieces) implements TemplateNode {}

    record Members(List<Member> members) implements TemplateNode {}

    record Elements(List<TemplateNode> elements) implements TemplateNode {}

    record Member(String name, TemplateNode value) {}

    sealed interface Piece {}

    record Literal(String text) implements Piece {}

    record Embedded(Lookup lookup) implements Piece {}
}
