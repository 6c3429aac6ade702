package dev.continuo.expression;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits one string into literals and references. It only moves forward, so it is linear whatever the text is, and it
 * stops at the first fault.
 */
final class TextParser {

    /** Local to the parser of templates, where it becomes a fault with the pointer of the text. */
    static final class Malformed extends Exception {
        Malformed(String message) {
            super(message, null, false, false);
        }
    }

    private static final int SHOWN = 60;

    private final String text;
    private final Pointer at;
    private final Limits limits;
    private final List<Reference> references;
    private final List<TemplateNode.Piece> pieces = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();
    private int position;

    TextParser(String text, Pointer at, Limits limits, List<Reference> references) {
        this.text = text;
        this.at = at;
        this.limits = limits;
        this.references = references;
    }

    List<TemplateNode.Piece> parse(Syntax syntax) throws Malformed {
        switch (syntax) {
            case DOLLAR -> dollar();
            case CONDUCTOR -> {
                return new ConductorText(text, at, limits, references).parse();
            }
            case BRACE -> brace();
        }
        endLiteral();
        return pieces;
    }

    private void dollar() throws Malformed {
        while (position < text.length()) {
            int next = text.indexOf('$', position);
            if (next < 0) {
                next = text.length();
            }
            literal.append(text, position, next);
            position = next;
            if (text.startsWith("$${", position)) {
                literal.append("${");
                position += 3;
            } else if (text.startsWith("${}", position)) {
                position += 3;
            } else if (text.startsWith("${", position)) {
                var reference = dollarReference(1);
                endLiteral();
                pieces.add(new TemplateNode.Embedded(new Lookup.Plain(reference)));
            } else if (position < text.length()) {
                literal.append('$');
                position++;
            }
        }
    }

    private Reference dollarReference(int depth) throws Malformed {
        if (depth > limits.maxDepth()) {
            throw new Malformed("references are nested deeper than " + limits.maxDepth() + " levels");
        }
        int start = position;
        position += 2;
        skipSpaces();
        var root = peek() == '[' ? quotedName(start) : name(start);
        Property property = Property.Whole.WHOLE;
        var path = new ArrayList<Segment>();
        boolean first = true;
        skipSpaces();
        while (peek() != '}') {
            var segment = segment(start, depth);
            if (first) {
                property = property(segment, start);
                first = false;
            } else if (path.size() == limits.maxSegments()) {
                throw new Malformed("a reference has more than " + limits.maxSegments() + " steps: " + shown(start));
            } else {
                path.add(segment);
            }
            skipSpaces();
        }
        position++;
        return add(new Reference(root, property, path, text.substring(start, position), at));
    }

    private Segment segment(int start, int depth) throws Malformed {
        char c = peek();
        if (c == '.') {
            position++;
            if (text.startsWith("${", position)) {
                return new Segment.Computed(dollarReference(depth + 1));
            }
            return new Segment.Name(name(start));
        }
        if (c != '[') {
            throw new Malformed(c == 0 ? unterminated(start) : "'" + c + "' is not expected in " + shown(start));
        }
        char inside = position + 1 < text.length() ? text.charAt(position + 1) : 0;
        if (inside == '\'' || inside == '"') {
            return new Segment.Name(quotedName(start));
        }
        position++;
        if (text.startsWith("${", position)) {
            var computed = new Segment.Computed(dollarReference(depth + 1));
            expectBracket(start);
            return computed;
        }
        return new Segment.Index(index(start));
    }

    private static Property property(Segment segment, int start) throws Malformed {
        return switch (segment) {
            case Segment.Name(var name) -> Property.of(name);
            case Segment.Index index ->
                throw new Malformed("a property such as .output comes before " + index + " (at " + start + ")");
            case Segment.Computed computed ->
                throw new Malformed("the property of a reference cannot be computed (at " + start + ")");
        };
    }

    private String name(int start) throws Malformed {
        int from = position;
        while (position < text.length() && namePart(text.charAt(position))) {
            position++;
        }
        if (position == text.length()) {
            throw new Malformed(unterminated(start));
        }
        var name = text.substring(from, position).strip();
        if (text.startsWith("${", position)) {
            throw new Malformed(
                    "a reference inside a reference must be a whole step, such as [${a.output.i}] in " + shown(start));
        }
        if (name.isEmpty()) {
            throw new Malformed("a name is missing in " + shown(start));
        }
        if (name.equals("*")) {
            throw new Malformed("wildcards are not supported: " + shown(start));
        }
        return name;
    }

    private boolean namePart(char c) {
        return switch (c) {
            case '.', '[', ']', '{', '}', '\'', '"' -> false;
            case '$' -> !text.startsWith("${", position);
            default -> c >= ' ';
        };
    }

    private String quotedName(int start) throws Malformed {
        position++;
        char quote = peek();
        if (quote != '\'' && quote != '"') {
            throw new Malformed("a quoted name is expected in " + shown(start));
        }
        position++;
        var name = new StringBuilder();
        while (position < text.length() && text.charAt(position) != quote) {
            if (text.charAt(position) == '\\') {
                position++;
            }
            if (position < text.length()) {
                name.append(text.charAt(position++));
            }
        }
        position++;
        expectBracket(start);
        return name.toString();
    }

    private int index(int start) throws Malformed {
        int from = position;
        while (position < text.length() && (digit(text.charAt(position)) || text.charAt(position) == '-')) {
            position++;
        }
        var digits = text.substring(from, position);
        expectBracket(start);
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException notANumber) {
            throw new Malformed("an index is a number in " + shown(start));
        }
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private void expectBracket(int start) throws Malformed {
        if (position >= text.length()) {
            throw new Malformed(unterminated(start));
        }
        if (text.charAt(position) != ']') {
            throw new Malformed("only [0], ['name'] and [${...}] are supported between brackets: " + shown(start));
        }
        position++;
    }

    private void brace() throws Malformed {
        while (position < text.length()) {
            char c = text.charAt(position);
            if ((c == '{' || c == '}') && position + 1 < text.length() && text.charAt(position + 1) == c) {
                literal.append(c);
                position += 2;
            } else if (c == '{') {
                var reference = braceReference();
                endLiteral();
                pieces.add(new TemplateNode.Embedded(new Lookup.Plain(reference)));
            } else if (c == '}') {
                throw new Malformed("a single } at " + position + ": write }} for a brace");
            } else {
                literal.append(c);
                position++;
            }
        }
    }

    private Reference braceReference() throws Malformed {
        int start = position++;
        while (position < text.length() && keyPart(text.charAt(position))) {
            position++;
        }
        if (peek() != '}' || position == start + 1) {
            throw new Malformed(
                    "{ at " + start + " does not begin a {key} of letters, digits, _ and -: write {{ for a brace");
        }
        var key = text.substring(start + 1, position++);
        return add(new Reference(key, Property.Whole.WHOLE, List.of(), text.substring(start, position), at));
    }

    private static boolean keyPart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-';
    }

    private Reference add(Reference reference) throws Malformed {
        if (references.size() >= limits.maxReferences()) {
            throw new Malformed("more than " + limits.maxReferences() + " references");
        }
        references.add(reference);
        return reference;
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            pieces.add(new TemplateNode.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            position++;
        }
    }

    private char peek() {
        return position < text.length() ? text.charAt(position) : 0;
    }

    private String unterminated(int start) {
        return "a reference is not closed by }: " + shown(start) + " (write $${ for a literal ${)";
    }

    private String shown(int start) {
        int end = Math.min(text.length(), start + SHOWN);
        return text.substring(start, end) + (end < text.length() ? "…" : "");
    }
}
