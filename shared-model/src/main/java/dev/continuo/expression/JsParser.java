package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.JsLexer.Kind;
import dev.continuo.expression.JsLexer.Token;
import dev.continuo.expression.JsTree.Operator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Recursive descent over the tokens of a simple expression. Where JavaScript would insert a semicolon it gives up, so
 * that nothing is read in another way than an engine reads it.
 */
final class JsParser {

    /** Also bounds the recursion of the interpreter. */
    private static final int MAX_NESTING = 100;

    private static final int MAX_OPERATIONS = 500;

    /** Words that JavaScript reserves, and names that mean something to the body. */
    private static final Set<String> NO_FUNCTION_NAMES = Set.of(
            "$",
            "undefined",
            "NaN",
            "Infinity",
            "eval",
            "arguments",
            "await",
            "break",
            "case",
            "catch",
            "class",
            "const",
            "continue",
            "debugger",
            "default",
            "delete",
            "do",
            "else",
            "enum",
            "export",
            "extends",
            "false",
            "finally",
            "for",
            "function",
            "if",
            "implements",
            "import",
            "in",
            "instanceof",
            "interface",
            "let",
            "new",
            "null",
            "package",
            "private",
            "protected",
            "public",
            "return",
            "static",
            "super",
            "switch",
            "this",
            "throw",
            "true",
            "try",
            "typeof",
            "var",
            "void",
            "while",
            "with",
            "yield");

    private static final JsTree UNDEFINED = new JsTree.Literal(MissingNode.getInstance());

    private final List<Token> tokens;
    private int position;
    private int nesting;
    private int operations;

    private JsParser(List<Token> tokens) {
        this.tokens = tokens;
    }

    static Optional<JsTree> parse(String source) {
        try {
            var tokens = new JsLexer(source).tokens();
            return Optional.of(new JsParser(tokens).program());
        } catch (NeedsEngine needsEngine) {
            return Optional.empty();
        }
    }

    private JsTree program() throws NeedsEngine {
        JsTree tree;
        if (peek().is("if")) {
            tree = completion();
        } else if (peek().is("function")) {
            tree = namedCall();
        } else if (called()) {
            tree = call();
        } else {
            tree = expression();
        }
        boolean more = true;
        while (more) {
            more = accept(";");
        }
        if (peek().kind() != Kind.END) {
            throw new NeedsEngine();
        }
        return tree;
    }

    /** {@code if (c) { x; } else { y; }} as a program: its value is that of the branch taken. */
    private JsTree completion() throws NeedsEngine {
        enter();
        expect("if");
        var condition = parenthesised();
        var yes = branch();
        var no = UNDEFINED;
        if (accept("else")) {
            no = peek().is("if") ? completion() : branch();
        }
        nesting--;
        return new JsTree.Choice(condition, yes, no);
    }

    private JsTree branch() throws NeedsEngine {
        expect("{");
        var value = expression();
        endStatement();
        expect("}");
        return value;
    }

    /** {@code function f() { return x; } f();} */
    private JsTree namedCall() throws NeedsEngine {
        expect("function");
        var name = next();
        if (name.kind() != Kind.NAME || NO_FUNCTION_NAMES.contains(name.text())) {
            throw new NeedsEngine();
        }
        noParameters();
        var body = functionBody();
        var called = next();
        if (called.kind() != Kind.NAME || !called.text().equals(name.text())) {
            throw new NeedsEngine();
        }
        noParameters();
        return body;
    }

    private boolean called() {
        return peek().is("(") && tokens.get(position + 1).is("function")
                || peek().is("(")
                        && tokens.get(position + 1).is("(")
                        && tokens.get(position + 2).is(")");
    }

    /** {@code (function () { return x; })()}, {@code (function () { return x; }())} and {@code (() => x)()}. */
    private JsTree call() throws NeedsEngine {
        expect("(");
        boolean arrow = !accept("function");
        noParameters();
        JsTree body;
        if (arrow) {
            if (peek().lineBefore()) {
                throw new NeedsEngine();
            }
            expect("=>");
            body = peek().is("{") ? functionBody() : expression();
        } else {
            body = functionBody();
            if (peek().is("(")) {
                noParameters();
                expect(")");
                return body;
            }
        }
        expect(")");
        noParameters();
        return body;
    }

    private void noParameters() throws NeedsEngine {
        expect("(");
        expect(")");
    }

    private JsTree functionBody() throws NeedsEngine {
        expect("{");
        var value = returned();
        expect("}");
        return value;
    }

    /** Statements of which each returns, or chooses between some that do. */
    private JsTree returned() throws NeedsEngine {
        enter();
        JsTree tree;
        if (accept("if")) {
            var condition = parenthesised();
            var yes = returningBlock();
            var no = accept("else") ? otherwise() : peek().is("}") ? UNDEFINED : returned();
            tree = new JsTree.Choice(condition, yes, no);
        } else {
            expect("return");
            if (peek().lineBefore() || peek().is(";") || peek().is("}")) {
                throw new NeedsEngine();
            }
            tree = expression();
            endStatement();
        }
        nesting--;
        return tree;
    }

    private JsTree returningBlock() throws NeedsEngine {
        if (!peek().is("{")) {
            if (!peek().is("return")) {
                throw new NeedsEngine();
            }
            return returned();
        }
        var block = functionBody();
        if (mayFallThrough(block)) {
            throw new NeedsEngine();
        }
        return block;
    }

    private JsTree otherwise() throws NeedsEngine {
        var no = peek().is("if") ? returned() : returningBlock();
        if (mayFallThrough(no)) {
            throw new NeedsEngine();
        }
        return no;
    }

    /** An if without else inside a block would go on behind the block, which this parser does not follow. */
    private static boolean mayFallThrough(JsTree tree) {
        return tree == UNDEFINED
                || tree instanceof JsTree.Choice(var condition, var yes, var no)
                        && (mayFallThrough(yes) || mayFallThrough(no));
    }

    private void endStatement() throws NeedsEngine {
        if (!accept(";") && !peek().is("}")) {
            throw new NeedsEngine();
        }
    }

    private JsTree parenthesised() throws NeedsEngine {
        expect("(");
        var tree = expression();
        expect(")");
        return tree;
    }

    private JsTree expression() throws NeedsEngine {
        enter();
        var tree = binary(1);
        if (accept("?")) {
            var yes = expression();
            expect(":");
            tree = new JsTree.Choice(tree, yes, expression());
        }
        nesting--;
        return tree;
    }

    private JsTree binary(int lowest) throws NeedsEngine {
        var left = unary();
        for (var operator = operator(lowest); operator.isPresent(); operator = operator(lowest)) {
            count();
            position++;
            left = new JsTree.Binary(operator.get(), left, binary(operator.get().precedence() + 1));
        }
        return left;
    }

    private Optional<Operator> operator(int lowest) {
        var token = peek();
        return token.kind() == Kind.SYMBOL
                ? Operator.of(token.text()).filter(operator -> operator.precedence() >= lowest)
                : Optional.empty();
    }

    private JsTree unary() throws NeedsEngine {
        for (var sign : JsTree.Sign.values()) {
            if (accept(sign.symbol())) {
                enter();
                var operand = unary();
                nesting--;
                return new JsTree.Unary(sign, operand);
            }
        }
        return members(primary());
    }

    private JsTree members(JsTree object) throws NeedsEngine {
        var tree = object;
        while (peek().is(".") || peek().is("[")) {
            count();
            if (accept(".")) {
                var name = next();
                if (name.kind() != Kind.NAME) {
                    throw new NeedsEngine();
                }
                tree = new JsTree.Member(tree, new JsTree.Literal(TextNode.valueOf(name.text())));
            } else {
                expect("[");
                tree = new JsTree.Member(tree, expression());
                expect("]");
            }
        }
        return tree;
    }

    private JsTree primary() throws NeedsEngine {
        var token = next();
        return switch (token.kind()) {
            case NUMBER -> new JsTree.Literal(DoubleNode.valueOf(Double.parseDouble(token.text())));
            case TEXT -> new JsTree.Literal(TextNode.valueOf(token.text()));
            case NAME -> token.text().equals("$") ? JsTree.Input.INPUT : new JsTree.Literal(named(token.text()));
            case SYMBOL -> {
                if (!token.is("(")) {
                    throw new NeedsEngine();
                }
                var tree = expression();
                expect(")");
                yield tree;
            }
            case END -> throw new NeedsEngine();
        };
    }

    private static JsonNode named(String name) throws NeedsEngine {
        return switch (name) {
            case "true" -> BooleanNode.TRUE;
            case "false" -> BooleanNode.FALSE;
            case "null" -> NullNode.getInstance();
            case "undefined" -> MissingNode.getInstance();
            case "NaN" -> DoubleNode.valueOf(Double.NaN);
            case "Infinity" -> DoubleNode.valueOf(Double.POSITIVE_INFINITY);
            default -> throw new NeedsEngine();
        };
    }

    private void count() throws NeedsEngine {
        if (++operations > MAX_OPERATIONS) {
            throw new NeedsEngine();
        }
    }

    private void enter() throws NeedsEngine {
        if (++nesting > MAX_NESTING) {
            throw new NeedsEngine();
        }
    }

    private Token peek() {
        return tokens.get(position);
    }

    private Token next() throws NeedsEngine {
        var token = peek();
        if (token.kind() == Kind.END) {
            throw new NeedsEngine();
        }
        position++;
        return token;
    }

    private boolean accept(String symbol) {
        if (!peek().is(symbol)) {
            return false;
        }
        position++;
        return true;
    }

    private void expect(String symbol) throws NeedsEngine {
        if (!accept(symbol)) {
            throw new NeedsEngine();
        }
    }
}
