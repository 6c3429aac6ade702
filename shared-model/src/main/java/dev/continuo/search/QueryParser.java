package dev.continuo.search;

import dev.continuo.search.Condition.Operator;
import dev.continuo.search.Condition.Value;
import dev.continuo.search.SearchField.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a query: {@code field OP value}, OP one of {@code = != < > <= >=}; {@code field IN (a, b)} and {@code field NOT IN
 * (a, b)}; joined by AND, which binds tighter, and OR; with parentheses. Keywords may be in letters of any case. A value
 * without quotes goes on until the next keyword, parenthesis or comma, so that it may have several words.
 *
 * <p>The original joins by AND alone and drops quotes, parentheses and fields that it does not know (conductor: Index).
 */
public final class QueryParser {
    /** The longest query, in characters. */
    public static final int MAX_LENGTH = 10_000;

    private static final int MAX_DEPTH = 50;

    private final String query;
    private final Subject subject;
    private final List<Token> tokens;
    private int at;
    private int depth;

    private QueryParser(String query, Subject subject) {
        this.query = query;
        this.subject = subject;
        this.tokens = Tokens.of(query);
    }

    /** @param query everything when it is blank */
    public static Parsed<Condition> parse(String query, Subject subject) {
        if (query.length() > MAX_LENGTH) {
            return new Parsed.Bad<>("The query is longer than " + MAX_LENGTH + " characters");
        }
        int control = control(query);
        if (control >= 0) {
            return new Parsed.Bad<>(new Faulty("The query must not contain control characters", control).getMessage());
        }
        try {
            return new Parsed.Good<>(new QueryParser(query, subject).whole());
        } catch (Faulty faulty) {
            return new Parsed.Bad<>(faulty.getMessage());
        }
    }

    private static int control(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isISOControl(text.charAt(i)) && !Character.isWhitespace(text.charAt(i))) {
                return i;
            }
        }
        return -1;
    }

    private Condition whole() {
        if (peek().type() == Token.Type.END || (peek().text().equals("*") && tokens.size() == 2)) {
            return new Condition.Everything();
        }
        Condition condition = any();
        if (peek().type() != Token.Type.END) {
            throw wrong("AND, OR or the end is expected, not " + peek().shown());
        }
        return condition;
    }

    private Condition any() {
        return joined("OR", this::all, Condition.Any::new);
    }

    private Condition all() {
        return joined("AND", this::one, Condition.All::new);
    }

    private Condition joined(String keyword, Supplier<Condition> part, Function<List<Condition>, Condition> whole) {
        List<Condition> parts = new ArrayList<>();
        parts.add(part.get());
        while (peek().keyword(keyword)) {
            at++;
            parts.add(part.get());
        }
        return parts.size() == 1 ? parts.getFirst() : whole.apply(parts);
    }

    private Condition one() {
        if (peek().type() != Token.Type.OPEN) {
            return comparison();
        }
        if (++depth > MAX_DEPTH) {
            throw wrong("Parentheses nest deeper than " + MAX_DEPTH);
        }
        at++;
        Condition inner = any();
        take(Token.Type.CLOSE, "')'");
        depth--;
        return inner;
    }

    private Condition comparison() {
        Token name = peek();
        if (name.type() != Token.Type.WORD) {
            throw wrong("A field is expected, not " + name.shown());
        }
        SearchField field = subject.field(name.text())
                .orElseThrow(() -> wrong("There is no field '" + name.text() + "'; the fields are: "
                        + String.join(", ", subject.names())));
        at++;
        if (peek().keyword("IN")) {
            at++;
            return list(field, name, false);
        }
        if (peek().keyword("NOT")) {
            at++;
            if (!peek().keyword("IN")) {
                throw wrong("IN is expected after NOT, not " + peek().shown());
            }
            at++;
            return list(field, name, true);
        }
        Operator operator = operator(field, name);
        Placed value = value();
        SearchField meant = Values.meant(field, value.text());
        return new Condition.Compare(meant, operator, Values.read(meant, name.text(), value.text(), value.start()));
    }

    private Operator operator(SearchField field, Token name) {
        Token symbol = peek();
        if (symbol.type() != Token.Type.OPERATOR) {
            throw wrong(
                    "One of = != < > <= >= IN, NOT IN is expected after '" + name.text() + "', not " + symbol.shown());
        }
        Operator operator =
                switch (symbol.text()) {
                    case "=", "==" -> Operator.EQUAL;
                    case "!=", "<>" -> Operator.NOT_EQUAL;
                    case "<" -> Operator.LESS;
                    case ">" -> Operator.GREATER;
                    case "<=" -> Operator.AT_MOST;
                    default -> Operator.AT_LEAST;
                };
        boolean ordered =
                field.kind() != Kind.RUN_STATUS && field.kind() != Kind.TASK_STATUS && field.kind() != Kind.ID;
        if (!ordered && operator != Operator.EQUAL && operator != Operator.NOT_EQUAL) {
            throw wrong("'" + name.text() + "' can be compared with =, !=, IN and NOT IN, not with " + symbol.text());
        }
        at++;
        return operator;
    }

    /** A list whose words belong to two fields, as statuses of workflows and of tasks do, becomes one list of each. */
    private Condition list(SearchField field, Token name, boolean negated) {
        take(Token.Type.OPEN, "'('");
        List<SearchField> fields = new ArrayList<>();
        List<List<Value>> values = new ArrayList<>();
        do {
            Placed value = value();
            SearchField meant = Values.meant(field, value.text());
            if (!fields.contains(meant)) {
                fields.add(meant);
                values.add(new ArrayList<>());
            }
            values.get(fields.indexOf(meant)).add(Values.read(meant, name.text(), value.text(), value.start()));
        } while (comma());
        take(Token.Type.CLOSE, "',' or ')'");
        List<Condition> lists = new ArrayList<>();
        for (int i = 0; i < fields.size(); i++) {
            lists.add(new Condition.OneOf(fields.get(i), negated, values.get(i)));
        }
        if (lists.size() == 1) {
            return lists.getFirst();
        }
        return negated ? new Condition.All(lists) : new Condition.Any(lists);
    }

    private boolean comma() {
        boolean comma = peek().type() == Token.Type.COMMA;
        at += comma ? 1 : 0;
        return comma;
    }

    private record Placed(String text, int start) {}

    private Placed value() {
        Token first = peek();
        if (first.type() == Token.Type.QUOTED) {
            at++;
            return new Placed(first.text(), first.start());
        }
        if (!plainWord(first)) {
            throw wrong("A value is expected, not " + first.shown());
        }
        int end = first.end();
        while (plainWord(peek())) {
            end = peek().end();
            at++;
        }
        return new Placed(query.substring(first.start(), end), first.start());
    }

    private static boolean plainWord(Token token) {
        return token.type() == Token.Type.WORD && !token.keyword("AND") && !token.keyword("OR");
    }

    private void take(Token.Type type, String shown) {
        if (peek().type() != type) {
            throw wrong(shown + " is expected, not " + peek().shown());
        }
        at++;
    }

    private Token peek() {
        return tokens.get(at);
    }

    private Faulty wrong(String message) {
        return new Faulty(message, peek().start());
    }
}
