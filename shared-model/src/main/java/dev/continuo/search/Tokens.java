package dev.continuo.search;

import java.util.ArrayList;
import java.util.List;

/**
 * Takes a query apart. A word ends at white space or at one of {@code ( ) , = < > !}; what stands in single or double
 * quotes is one value whatever is in it, a quote within written twice.
 */
final class Tokens {
    private final String text;
    private int at;

    private Tokens(String text) {
        this.text = text;
    }

    static List<Token> of(String text) {
        Tokens tokens = new Tokens(text);
        List<Token> all = new ArrayList<>();
        do {
            all.add(tokens.next());
        } while (all.getLast().type() != Token.Type.END);
        return all;
    }

    private Token next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        if (at == text.length()) {
            return new Token(Token.Type.END, "", at, at);
        }
        int start = at;
        return switch (text.charAt(at)) {
            case '(' -> symbol(Token.Type.OPEN, 1);
            case ')' -> symbol(Token.Type.CLOSE, 1);
            case ',' -> symbol(Token.Type.COMMA, 1);
            case '=' -> symbol(Token.Type.OPERATOR, follows("=") ? 2 : 1);
            case '<' -> symbol(Token.Type.OPERATOR, follows("=") || follows(">") ? 2 : 1);
            case '>' -> symbol(Token.Type.OPERATOR, follows("=") ? 2 : 1);
            case '!' -> {
                if (!follows("=")) {
                    throw new Faulty("'!' must be followed by '='", start);
                }
                yield symbol(Token.Type.OPERATOR, 2);
            }
            case '\'', '"' -> quoted();
            default -> word();
        };
    }

    private boolean follows(String symbol) {
        return text.startsWith(symbol, at + 1);
    }

    private Token symbol(Token.Type type, int length) {
        int start = at;
        at += length;
        return new Token(type, text.substring(start, at), start, at);
    }

    private Token quoted() {
        int start = at;
        char quote = text.charAt(at++);
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != quote) {
                value.append(c);
            } else if (at < text.length() && text.charAt(at) == quote) {
                value.append(c);
                at++;
            } else {
                return new Token(Token.Type.QUOTED, value.toString(), start, at);
            }
        }
        throw new Faulty("The quote is not closed", start);
    }

    private Token word() {
        int start = at;
        while (at < text.length()
                && !Character.isWhitespace(text.charAt(at))
                && "(),=<>!'\"".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return new Token(Token.Type.WORD, text.substring(start, at), start, at);
    }
}
