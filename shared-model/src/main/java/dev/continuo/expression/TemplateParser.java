package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;

/** Walks a JSON value and turns its strings into pieces; used for one value, then thrown away. */
final class TemplateParser {

    private final Syntax syntax;
    private final Limits limits;
    private final List<Reference> references = new ArrayList<>();
    private final List<ParseResult.Fault> faults = new ArrayList<>();

    TemplateParser(Syntax syntax, Limits limits) {
        this.syntax = syntax;
        this.limits = limits;
    }

    List<Reference> references() {
        return references;
    }

    List<ParseResult.Fault> faults() {
        return faults;
    }

    TemplateNode parse(JsonNode value) {
        return parse(value, Pointer.ROOT, 0);
    }

    private TemplateNode parse(JsonNode value, Pointer at, int depth) {
        if (value.isContainerNode() && depth >= limits.maxDepth()) {
            return fault(at, "nested deeper than " + limits.maxDepth() + " levels");
        }
        if (value.isObject()) {
            return members(value, at, depth);
        }
        if (value.isArray()) {
            return elements(value, at, depth);
        }
        if (value.isTextual()) {
            return text((TextNode) value, at);
        }
        return new TemplateNode.Constant(value.isMissingNode() ? NullNode.getInstance() : value);
    }

    private TemplateNode members(JsonNode value, Pointer at, int depth) {
        var members = new ArrayList<TemplateNode.Member>(value.size());
        for (var member : value.properties()) {
            if (full()) {
                break;
            }
            var name = member.getKey();
            if (name.length() > limits.maxTextChars()) {
                fault(at, "a member name is longer than " + limits.maxTextChars() + " characters");
            } else {
                members.add(new TemplateNode.Member(name, parse(member.getValue(), at.child(name), depth + 1)));
            }
        }
        return new TemplateNode.Members(List.copyOf(members));
    }

    private TemplateNode elements(JsonNode value, Pointer at, int depth) {
        var elements = new ArrayList<TemplateNode>(value.size());
        for (int i = 0; i < value.size() && !full(); i++) {
            elements.add(parse(value.get(i), at.child(i), depth + 1));
        }
        return new TemplateNode.Elements(List.copyOf(elements));
    }

    private TemplateNode text(TextNode value, Pointer at) {
        var text = value.textValue();
        if (text.length() > limits.maxTextChars()) {
            return fault(at, "a text is longer than " + limits.maxTextChars() + " characters");
        }
        if (plain(text)) {
            return new TemplateNode.Constant(value);
        }
        try {
            return node(new TextParser(text, at, limits, references).parse(syntax));
        } catch (TextParser.Malformed malformed) {
            return fault(at, malformed.getMessage());
        }
    }

    private static TemplateNode node(List<TemplateNode.Piece> pieces) {
        if (pieces.isEmpty()) {
            return new TemplateNode.Constant(TextNode.valueOf(""));
        }
        if (pieces.size() == 1) {
            return switch (pieces.getFirst()) {
                case TemplateNode.Literal(var text) -> new TemplateNode.Constant(TextNode.valueOf(text));
                case TemplateNode.Embedded(var lookup) -> new TemplateNode.Value(lookup);
            };
        }
        return new TemplateNode.Text(List.copyOf(pieces));
    }

    private boolean plain(String text) {
        return switch (syntax) {
            case DOLLAR -> text.indexOf('$') < 0;
            case CONDUCTOR -> !text.contains("${");
            case BRACE -> text.indexOf('{') < 0 && text.indexOf('}') < 0;
        };
    }

    private TemplateNode fault(Pointer at, String message) {
        if (!full()) {
            faults.add(new ParseResult.Fault(at.toString(), message));
        }
        return new TemplateNode.Constant(NullNode.getInstance());
    }

    private boolean full() {
        return faults.size() >= ParseResult.Faults.MAX;
    }
}
