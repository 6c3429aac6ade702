package dev.continuo.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the inside of one {@code ${…}} of the conductor syntax in which nothing is left to substitute. It moves forward
 * only. Plain steps become {@link Segment}s; the rest, if any, is a {@link Query}.
 */
final class ReferenceParser {

    /**
     * Where a path leads.
     *
     * @param query applies to what the segments find
     */
    record Path(List<Segment> segments, Optional<Query> query) {}

    /** Longest inside, in UTF-16 units. */
    static final int MAX_CHARS = 16 << 10;

    private static final int SHOWN = 60;

    private static final String UNQUOTED_END = "'\"[]?*,:@()";

    private final String inside;
    private final String shown;
    private final Pointer at;
    private final Limits limits;
    private int position;

    /**
     * @param shown the reference as written
     */
    ReferenceParser(String inside, String shown, Pointer at, Limits limits) {
        this.inside = inside.strip();
        this.shown = shown;
        this.at = at;
        this.limits = limits;
    }

    static String shown(String text) {
        return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
    }

    /** A value that is put between quotes stays between them. */
    static String escaped(CharSequence given) {
        return given.toString().replace("\\", "\\\\").replace("'", "\\'").replace("\"", "\\\"");
    }

    Lookup parse() throws TextParser.Malformed {
        if (inside.length() > MAX_CHARS) {
            throw new TextParser.Malformed("a reference is longer than " + MAX_CHARS + " characters: " + shown);
        }
        if (inside.startsWith("$.") && !inside.startsWith("$..")) {
            position = 2;
        } else if (inside.startsWith("$[")) {
            position = 1;
        }
        Optional<String> root = peek() == '[' ? quoted() : Optional.of(name());
        if (root.isEmpty() || root.get().isEmpty() || root.get().equals("$")) {
            return unreadable("");
        }
        return lookup(root.get());
    }

    private Lookup lookup(String root) throws TextParser.Malformed {
        Optional<Path> path = path();
        if (path.isEmpty()) {
            return unreadable(root);
        }
        List<Segment> segments = path.get().segments();
        Property property = Property.Whole.WHOLE;
        if (!segments.isEmpty() && segments.getFirst() instanceof Segment.Name(var name)) {
            property = property(name);
            segments = segments.subList(1, segments.size());
        }
        var reference = new Reference(root, property, segments, shown, at);
        if (secret(reference)) {
            return unreadable(root);
        }
        return path.get()
                .query()
                .<Lookup>map(query -> new Lookup.Queried(reference, query))
                .orElseGet(() -> new Lookup.Plain(reference));
    }

    private static Property property(String name) {
        return switch (name) {
            case "output" -> Property.Known.OUTPUT;
            case "input" -> Property.Known.INPUT;
            case "status" -> Property.Known.STATUS;
            case "variables" -> Property.Known.VARIABLES;
            default -> new Property.Named(name);
        };
    }

    /** Those that stand in a definition never come here; one that a value makes up is none. */
    private static boolean secret(Reference reference) {
        return reference.toWorkflow()
                && reference.property() instanceof Property.Named(var name)
                && (name.equals("secrets") || name.equals("env"));
    }

    private Lookup unreadable(String root) {
        return new Lookup.Unreadable(
                new Reference(root.isEmpty() ? Reference.WORKFLOW : root, Property.Whole.WHOLE, List.of(), shown, at));
    }

    /** The rest of the inside; empty when it cannot be read. */
    Optional<Path> path() throws TextParser.Malformed {
        var segments = new ArrayList<Segment>();
        while (position < inside.length()) {
            int before = position;
            Optional<Segment> segment = segment();
            if (segment.isEmpty()) {
                return Query.of(inside.substring(before)).map(query -> new Path(segments, Optional.of(query)));
            }
            if (segments.size() > limits.maxSegments()) {
                throw new TextParser.Malformed(
                        "a reference has more than " + limits.maxSegments() + " steps: " + shown);
            }
            segments.add(segment.get());
        }
        return Optional.of(new Path(segments, Optional.empty()));
    }

    private Optional<Segment> segment() {
        if (peek() == '.') {
            position++;
            if (peek() != '[') {
                var name = name();
                return name.isEmpty() || name.equals("*") || peek() == '('
                        ? Optional.empty()
                        : Optional.of(new Segment.Name(name));
            }
        }
        if (peek() != '[') {
            return Optional.empty();
        }
        Optional<String> quoted = quoted();
        return quoted.isPresent() ? quoted.map(Segment.Name::new) : unquoted();
    }

    private String name() {
        int start = position;
        while (position < inside.length() && ".[(".indexOf(inside.charAt(position)) < 0) {
            position++;
        }
        return inside.substring(start, position).strip();
    }

    /** {@code ['any name']}; where something else stands, the position stays. */
    private Optional<String> quoted() {
        int start = position++;
        skipSpaces();
        char quote = peek();
        if (quote == '\'' || quote == '"') {
            position++;
            var name = new StringBuilder();
            while (position < inside.length() && peek() != quote) {
                if (peek() == '\\' && position + 1 < inside.length()) {
                    position++;
                }
                name.append(inside.charAt(position++));
            }
            position++;
            skipSpaces();
            if (peek() == ']') {
                position++;
                return Optional.of(name.toString());
            }
        }
        position = start;
        return Optional.empty();
    }

    /** {@code [0]}, and {@code [name]}, which is what {@code [${workflow.input.key}]} comes to. */
    private Optional<Segment> unquoted() {
        int start = position + 1;
        int end = start;
        while (end < inside.length() && UNQUOTED_END.indexOf(inside.charAt(end)) < 0) {
            end++;
        }
        var content = inside.substring(start, end).strip();
        if (end == inside.length() || inside.charAt(end) != ']' || content.isEmpty()) {
            return Optional.empty();
        }
        position = end + 1;
        try {
            return Optional.of(new Segment.Index(Integer.parseInt(content)));
        } catch (NumberFormatException aName) {
            return Optional.of(new Segment.Name(content));
        }
    }

    private void skipSpaces() {
        while (peek() == ' ') {
            position++;
        }
    }

    private char peek() {
        return position < inside.length() ? inside.charAt(position) : 0;
    }
}
