package dev.continuo.expression;

import java.util.ArrayList;
import java.util.List;

/**
 * Splits one string of the conductor syntax into literals and references. Which brace closes which is found in one pass
 * over the text, so it is linear whatever the text is.
 */
final class ConductorText {

    private static final List<String> LATER = List.of("workflow.secrets.", "workflow.env.");

    private final String text;
    private final Pointer at;
    private final Limits limits;
    private final List<Reference> references;
    private final int[] closing;
    private final List<TemplateNode.Piece> pieces = new ArrayList<>();
    private final StringBuilder literal = new StringBuilder();

    ConductorText(String text, Pointer at, Limits limits, List<Reference> references) {
        this.text = text;
        this.at = at;
        this.limits = limits;
        this.references = references;
        this.closing = closing(text);
    }

    /** For the position of each closed { that of its }; quotes do not count, as in conductor. */
    private static int[] closing(String text) {
        var closing = new int[text.length()];
        var open = new int[text.length()];
        int depth = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '{') {
                open[depth++] = i;
            } else if (c == '}' && depth > 0) {
                closing[open[--depth]] = i;
            }
        }
        return closing;
    }

    List<TemplateNode.Piece> parse() throws TextParser.Malformed {
        pieces(0, text.length(), 1);
        endLiteral();
        return pieces;
    }

    private void pieces(int from, int to, int depth) throws TextParser.Malformed {
        int position = from;
        while (position < to) {
            int next = next(position, to);
            literal.append(text, position, next);
            if (next == to) {
                return;
            }
            if (escaped(next, to)) {
                literal.append("${");
                position = next + 3;
            } else if (closed(next)) {
                int end = closing[next + 1];
                reference(next, end, depth);
                position = end + 1;
            } else {
                literal.append('$');
                position = next + 1;
            }
        }
    }

    private void reference(int start, int end, int depth) throws TextParser.Malformed {
        checkDepth(depth);
        if (text.substring(start + 2, Math.min(end, start + 2 + ReferenceParser.MAX_CHARS))
                .isBlank()) {
            return;
        }
        if (later(start, end)) {
            literal.append("${");
            pieces(contentStart(start), contentEnd(end), depth + 1);
            literal.append('}');
            return;
        }
        var lookup = lookup(start, end, depth);
        endLiteral();
        pieces.add(new TemplateNode.Embedded(lookup));
    }

    private Lookup lookup(int start, int end, int depth) throws TextParser.Malformed {
        checkDepth(depth);
        var shown = ReferenceParser.shown(text.substring(start, Math.min(end + 1, start + 100)));
        if (end - start > ReferenceParser.MAX_CHARS) {
            throw new TextParser.Malformed(
                    "a reference is longer than " + ReferenceParser.MAX_CHARS + " characters: " + shown);
        }
        if (later(start, end)) {
            throw new TextParser.Malformed("a secret cannot choose what is read: " + shown);
        }
        List<Lookup.Part> parts = parts(start + 2, end, depth);
        var head = parts.isEmpty() ? "" : parts.getFirst() instanceof Lookup.Fixed(var fixed) ? fixed : "";
        if (parts.stream().noneMatch(Lookup.Given.class::isInstance)) {
            return add(new ReferenceParser(head, shown, at, limits).parse());
        }
        var reported = new Reference(root(head), Property.Whole.WHOLE, List.of(), shown, at);
        return add(new Lookup.Late(reported, parts));
    }

    /** The name that stands before everything that is still to be substituted, if it ends there. */
    private String root(String head) throws TextParser.Malformed {
        var name = head.strip();
        int end = 0;
        while (end < name.length() && ".[".indexOf(name.charAt(end)) < 0) {
            end++;
        }
        return end == name.length() || name.startsWith("$")
                ? ""
                : name.substring(0, end).strip();
    }

    /** Literal text and references by turns. */
    private List<Lookup.Part> parts(int from, int to, int depth) throws TextParser.Malformed {
        var parts = new ArrayList<Lookup.Part>();
        var fixed = new StringBuilder();
        var quotes = new Quotes();
        int position = from;
        while (position < to) {
            int next = next(position, to);
            fixed.append(text, position, next);
            if (next < to && !escaped(next, to) && closed(next)) {
                quotes.pass(fixed);
                parts.add(new Lookup.Fixed(fixed.toString()));
                fixed.setLength(0);
                parts.add(new Lookup.Given(lookup(next, closing[next + 1], depth + 1), quotes.open()));
                position = closing[next + 1] + 1;
            } else if (next < to) {
                fixed.append('$');
                position = next + (escaped(next, to) ? 2 : 1);
            } else {
                position = to;
            }
        }
        parts.add(new Lookup.Fixed(fixed.toString()));
        return List.copyOf(parts);
    }

    private int next(int from, int to) {
        int next = text.indexOf('$', from, to);
        return next < 0 ? to : next;
    }

    private boolean escaped(int dollar, int to) {
        return text.startsWith("$${", dollar) && dollar + 3 <= to;
    }

    private boolean closed(int dollar) {
        return text.startsWith("${", dollar) && closing[dollar + 1] > 0;
    }

    private boolean later(int start, int end) {
        int content = contentStart(start);
        return LATER.stream().anyMatch(prefix -> content + prefix.length() < end && text.startsWith(prefix, content));
    }

    private int contentStart(int start) {
        int content = start + 2;
        while (text.charAt(content) == ' ') {
            content++;
        }
        return content;
    }

    private int contentEnd(int end) {
        int content = end;
        while (text.charAt(content - 1) == ' ') {
            content--;
        }
        return content;
    }

    private void checkDepth(int depth) throws TextParser.Malformed {
        if (depth > limits.maxDepth()) {
            throw new TextParser.Malformed("references are nested deeper than " + limits.maxDepth() + " levels");
        }
    }

    private Lookup add(Lookup lookup) throws TextParser.Malformed {
        if (references.size() >= limits.maxReferences()) {
            throw new TextParser.Malformed("more than " + limits.maxReferences() + " references");
        }
        references.add(lookup.reference());
        return lookup;
    }

    private void endLiteral() {
        if (!literal.isEmpty()) {
            pieces.add(new TemplateNode.Literal(literal.toString()));
            literal.setLength(0);
        }
    }

    /** Whether the text so far leaves a quote open. */
    private static final class Quotes {
        private char quote;
        private boolean backslash;

        private void pass(CharSequence text) {
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                if (backslash) {
                    backslash = false;
                } else if (quote != 0 && c == '\\') {
                    backslash = true;
                } else if (c == quote) {
                    quote = 0;
                } else if (quote == 0 && (c == '\'' || c == '"')) {
                    quote = c;
                }
            }
        }

        private boolean open() {
            return quote != 0;
        }
    }
}
