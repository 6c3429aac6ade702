package dev.continuo.script;

/**
 * Finds {@code import(...)} and {@code import.meta} in a script. The engine serves imports of {@code data:} addresses
 * even without any IO: that would be code made from text, and modules that outlive their evaluation. It has no switch
 * for this, so such a text is refused before it is read. The same words inside a string are refused with it.
 */
final class DynamicImport {

    private static final String WORD = "import";

    private DynamicImport() {}

    static boolean in(String source) {
        for (int at = source.indexOf(WORD); at >= 0; at = source.indexOf(WORD, at + 1)) {
            int end = skipSpaceAndComments(source, at + WORD.length());
            boolean opens = end < source.length() && (source.charAt(end) == '(' || source.charAt(end) == '.');
            if (opens && beginsWord(source, at)) {
                return true;
            }
        }
        return false;
    }

    /** Not a part of a longer name, nor a member of that name; behind {@code ...} it is the keyword. */
    private static boolean beginsWord(String source, int at) {
        if (at == 0) {
            return true;
        }
        char before = source.charAt(at - 1);
        boolean member = before == '.' && (at == 1 || source.charAt(at - 2) != '.');
        return !member && !Character.isJavaIdentifierPart(before);
    }

    private static int skipSpaceAndComments(String source, int from) {
        int at = from;
        while (at < source.length()) {
            char c = source.charAt(at);
            int next = at;
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == '\uFEFF') {
                next = at + 1;
            } else if (source.startsWith("/*", at)) {
                next = after(source, "*/", at + 2);
            } else if (source.startsWith("//", at)) {
                next = lineEnd(source, at);
            }
            if (next == at) {
                return at;
            }
            at = next;
        }
        return at;
    }

    private static int after(String source, String end, int from) {
        int found = source.indexOf(end, from);
        return found < 0 ? source.length() : found + end.length();
    }

    private static int lineEnd(String source, int from) {
        int at = from;
        while (at < source.length() && "\n\r\u2028\u2029".indexOf(source.charAt(at)) < 0) {
            at++;
        }
        return at;
    }
}
