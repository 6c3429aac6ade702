package dev.continuo.expression;

import java.util.ArrayList;
import java.util.List;

/** Tokens of the part of JavaScript that {@link JsParser} reads; anything else needs an engine. */
final class JsLexer {

    enum Kind {
        NAME,
        NUMBER,
        TEXT,
        SYMBOL,
        END
    }

    /** @param lineBefore whether a line ended before it, where JavaScript may insert a semicolon */
    record Token(Kind kind, String text, boolean lineBefore) {
        boolean is(String symbolOrName) {
            return (kind == Kind.SYMBOL || kind == Kind.NAME) && text.equals(symbolOrName);
        }
    }

    /** Longest first, so that a symbol is never cut. */
    private static final List<String> SYMBOLS = List.of(
            "===", "!==", "==", "!=", "<=", ">=", "&&", "||", "=>", "<", ">", "!", "+", "-", "*", "/", "%", "(", ")",
            "{", "}", "[", "]", ".", ";", ",", "?", ":");

    /** They begin with a symbol from above but mean something else. */
    private static final List<String> FOREIGN = List.of(
            "++", "--", "+=", "-=", "*=", "/=", "%=", "**", "//", "/*", "<<", ">>", "?.", "??", "&&=", "||=", "...");

    private final String source;
    private final List<Token> tokens = new ArrayList<>();
    private int position;
    private boolean line;

    JsLexer(String source) {
        this.source = source;
    }

    List<Token> tokens() throws NeedsEngine {
        while (skipSpace()) {
            char c = source.charAt(position);
            if (digit(c) || c == '.' && position + 1 < source.length() && digit(source.charAt(position + 1))) {
                number();
            } else if (nameStart(c)) {
                name();
            } else if (c == '"' || c == '\'') {
                text(c);
            } else {
                symbol();
            }
        }
        add(Kind.END, "");
        return tokens;
    }

    private boolean skipSpace() {
        while (position < source.length() && JsValues.space(source.charAt(position))) {
            char c = source.charAt(position++);
            line |= c == '\n' || c == '\r' || c == '\u2028' || c == '\u2029';
        }
        return position < source.length();
    }

    private void add(Kind kind, String text) {
        tokens.add(new Token(kind, text, line));
        line = false;
    }

    private void number() throws NeedsEngine {
        int start = position;
        digits();
        boolean whole = position > start;
        if (whole && position - start > 1 && source.charAt(start) == '0') {
            throw new NeedsEngine();
        }
        if (at('.')) {
            position++;
            digits();
        }
        if (at('e') || at('E')) {
            position++;
            if (at('+') || at('-')) {
                position++;
            }
            int exponent = position;
            digits();
            if (position == exponent) {
                throw new NeedsEngine();
            }
        }
        if (position < source.length() && (namePart(source.charAt(position)) || at('.') || at('\\'))) {
            throw new NeedsEngine();
        }
        add(Kind.NUMBER, source.substring(start, position));
    }

    private void digits() {
        while (position < source.length() && digit(source.charAt(position))) {
            position++;
        }
    }

    private boolean at(char c) {
        return position < source.length() && source.charAt(position) == c;
    }

    private void name() {
        int start = position;
        while (position < source.length() && namePart(source.charAt(position))) {
            position++;
        }
        add(Kind.NAME, source.substring(start, position));
    }

    private void text(char quote) throws NeedsEngine {
        var text = new StringBuilder();
        position++;
        while (position < source.length() && source.charAt(position) != quote) {
            char c = source.charAt(position++);
            if (c == '\n' || c == '\r') {
                throw new NeedsEngine();
            }
            text.append(c == '\\' ? escaped() : c);
        }
        if (position == source.length()) {
            throw new NeedsEngine();
        }
        position++;
        add(Kind.TEXT, text.toString());
    }

    private char escaped() throws NeedsEngine {
        if (position == source.length()) {
            throw new NeedsEngine();
        }
        return switch (source.charAt(position++)) {
            case 'n' -> '\n';
            case 't' -> '\t';
            case 'r' -> '\r';
            case '\\' -> '\\';
            case '\'' -> '\'';
            case '"' -> '"';
            default -> throw new NeedsEngine();
        };
    }

    private void symbol() throws NeedsEngine {
        for (var foreign : FOREIGN) {
            if (source.startsWith(foreign, position)) {
                throw new NeedsEngine();
            }
        }
        for (var symbol : SYMBOLS) {
            if (source.startsWith(symbol, position)) {
                position += symbol.length();
                add(Kind.SYMBOL, symbol);
                return;
            }
        }
        throw new NeedsEngine();
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean nameStart(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c == '$';
    }

    private static boolean namePart(char c) {
        return nameStart(c) || digit(c);
    }
}
