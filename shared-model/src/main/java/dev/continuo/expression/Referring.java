package dev.continuo.expression;

import java.util.function.UnaryOperator;

/** Puts other references in place of a template's own. */
record Referring(UnaryOperator<Reference> other) {

    TemplateNode node(TemplateNode node) {
        return switch (node) {
            case TemplateNode.Constant constant -> constant;
            case TemplateNode.Value(Lookup lookup) -> new TemplateNode.Value(lookup(lookup));
            case TemplateNode.Text text ->
                new TemplateNode.Text(text.pieces().stream().map(this::piece).toList());
            case TemplateNode.Members members ->
                new TemplateNode.Members(members.members().stream()
                        .map(member -> new TemplateNode.Member(member.name(), node(member.value())))
                        .toList());
            case TemplateNode.Elements elements ->
                new TemplateNode.Elements(
                        elements.elements().stream().map(this::node).toList());
        };
    }

    private TemplateNode.Piece piece(TemplateNode.Piece piece) {
        return switch (piece) {
            case TemplateNode.Literal literal -> literal;
            case TemplateNode.Embedded(Lookup lookup) -> new TemplateNode.Embedded(lookup(lookup));
        };
    }

    private Lookup lookup(Lookup lookup) {
        return switch (lookup) {
            case Lookup.Plain(Reference reference) -> new Lookup.Plain(other.apply(reference));
            case Lookup.Queried queried -> throw new IllegalStateException("A query has a reference of its own");
            case Lookup.Late late -> throw new IllegalStateException("A computed reference is known too late");
            case Lookup.Unreadable unreadable -> unreadable;
        };
    }
}
