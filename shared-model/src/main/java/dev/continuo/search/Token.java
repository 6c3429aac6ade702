package dev.continuo.search;

/**
 * @param text without quotes
 * @param start where it begins in the query, from 0
 * @param end behind its last character
 */
record Token(Type type, String text, int start, int end) {
    enum Type {
        WORD,
        QUOTED,
        OPERATOR,
        OPEN,
        CLOSE,
        COMMA,
        END
    }

    boolean keyword(String word) {
        return type == Type.WORD && text.equalsIgnoreCase(word);
    }

    /** As a message shows it. */
    String shown() {
        return type == Type.END ? "the end" : "'" + text + "'";
    }
}
