package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * Finds what the references of a text begin with: {@code a} in <code>${a.output.x}</code>. A reference without a path
 * names no task, and <code>$${</code> writes the text <code>${</code>.
 */
final class References {
    private static final String OPEN = "${";

    private References() {}

    /** The names in one text, in their order. One pass, also over references within references. */
    static Set<String> of(JsonNode text) {
        Set<String> roots = new LinkedHashSet<>();
        String source = text.asText();
        int close = source.lastIndexOf('}');
        for (int at = source.indexOf(OPEN); at >= 0 && at < close; at = source.indexOf(OPEN, at + OPEN.length())) {
            boolean escaped = at > 0 && source.charAt(at - 1) == '$';
            if (!escaped) {
                root(source, at + OPEN.length(), roots);
            }
        }
        return roots;
    }

    private static void root(String source, int start, Set<String> roots) {
        int end = start;
        while (end < source.length() && "${}.[".indexOf(source.charAt(end)) < 0) {
            end++;
        }
        boolean path = end < source.length() && (source.charAt(end) == '.' || source.charAt(end) == '[');
        if (path && end > start) {
            roots.add(source.substring(start, end).strip());
        }
    }
}
