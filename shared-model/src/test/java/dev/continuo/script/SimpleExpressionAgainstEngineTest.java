package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.SimpleExpression;
import dev.continuo.expression.SimpleExpression.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is evaluated without an engine means exactly what the engine makes of it. */
class SimpleExpressionAgainstEngineTest {

    private static final List<String> SCALARS = List.of(
            "null",
            "true",
            "false",
            "0",
            "-0",
            "1",
            "-1",
            "2",
            "1.5",
            "0.1",
            "-0.000001",
            "1e-7",
            "1e21",
            "1e20",
            "123456789012345680000",
            "9007199254740993",
            "-9223372036854775808",
            "18446744073709551616",
            "1.7976931348623157e308",
            "5e-324",
            "0.30000000000000004",
            "100",
            "4294967296",
            "\"\"",
            "\" \"",
            "\"0\"",
            "\"-0\"",
            "\"1\"",
            "\"01\"",
            "\"1e3\"",
            "\".5\"",
            "\"5.\"",
            "\".\"",
            "\"+1\"",
            "\"-1\"",
            "\"--1\"",
            "\"1_0\"",
            "\"1d\"",
            "\"1f\"",
            "\"1e\"",
            "\"1e400\"",
            "\"Infinity\"",
            "\"-Infinity\"",
            "\"+Infinity\"",
            "\"infinity\"",
            "\"NaN\"",
            "\"\\u00a0 1\\ufeff\\n\"",
            "\"\\u180e1\"",
            "\"\\u30001\"",
            "\"1 2\"",
            "\"a\"",
            "\"B\"",
            "\"ab\"",
            "\"true\"",
            "\"null\"",
            "\"undefined\"",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\uffff\"",
            "\"\\u0661\"",
            "\"10\"",
            "\"9\"");

    private static final List<String> OTHERS = List.of(
            "{}",
            "{\"x\":1}",
            "[]",
            "[1]",
            "[[]]",
            "[1,2]",
            "[null]",
            "\"0x10\"",
            "\"0x\"",
            "1e400",
            "\"0b1\"",
            "\"0O7\"");

    private static final List<String> OPERATORS =
            List.of("<", "<=", ">", ">=", "==", "!=", "===", "!==", "+", "-", "*", "/", "%", "&&", "||");

    private static ScriptEngine engine;
    private static Sandbox sandbox;

    @BeforeAll
    static void open() {
        engine = new ScriptEngine(SandboxLimits.DEFAULT);
        sandbox = engine.newSandbox();
    }

    @AfterAll
    static void close() {
        sandbox.close();
        engine.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"<", "<=", ">", ">=", "==", "!=", "===", "!==", "+", "-", "*", "/", "%", "&&", "||"})
    void anOperatorAgreesOnEveryPairOfValues(String operator) {
        var source = "$.a " + operator + " $.b";
        var simple = SimpleExpression.of(source).orElseThrow();
        var all = new ArrayList<>(SCALARS);
        all.addAll(OTHERS);
        all.add("");
        for (var a : all) {
            for (var b : all) {
                var input = input(a, b);
                var fast = fast(simple, input);
                if (OTHERS.contains(a) || OTHERS.contains(b)) {
                    assertThat(fast).isIn("needs engine", slow(source, input));
                } else {
                    assertThat(fast).as("%s with %s", source, input).isEqualTo(slow(source, input));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "!$.a",
                "!!$.a",
                "-$.a",
                "+$.a",
                "- -$.a",
                "$.a ? 1 : 2",
                "'' + $.a",
                "$.a + ''",
                "$.a == $.a",
                "$.a === undefined",
                "$.a == null",
                "$.a.length",
                "$.a[0]",
                "$.a['1']",
                "$.a.x",
                "$[$.a]",
                "$.b.c",
                "$.a[$.a]"
            })
    void anOperatorAgreesOnEveryValue(String source) {
        var simple = SimpleExpression.of(source).orElseThrow();
        var all = new ArrayList<>(SCALARS);
        all.addAll(OTHERS);
        all.add("");
        for (var a : all) {
            var input = input(a, "{\"c\":{\"d\":[1,2.50,{\"e\":1e400}]}}");
            assertThat(fast(simple, input)).as("%s with %s", source, input).isIn("needs engine", slow(source, input));
        }
    }

    @Test
    void numbersReadAndPrintAsTheEngineDoes() {
        var random = new Random(20_250_101);
        var print = SimpleExpression.of("'' + $.n").orElseThrow();
        var read = SimpleExpression.of("+$.s").orElseThrow();
        for (int i = 0; i < 8_000; i++) {
            double value = random(random);
            var input = Scripts.JSON.createObjectNode().put("n", value).put("s", Double.toString(value));
            assertThat(fast(print, input)).as("print %s", value).isEqualTo(slow("'' + $.n", input));
            assertThat(fast(read, input)).as("read %s", value).isEqualTo(slow("+$.s", input));
        }
    }

    private static double random(Random random) {
        double value =
                switch (random.nextInt(4)) {
                    case 0 -> Double.longBitsToDouble(random.nextLong());
                    case 1 -> random.nextInt(1000) / 100.0;
                    case 2 -> (1 + random.nextInt(99)) * Math.pow(10, random.nextInt(620) - 320);
                    default -> random.nextLong() / Math.pow(2, random.nextInt(64));
                };
        return Double.isFinite(value) ? value : 0;
    }

    @Test
    void randomExpressionsAgree() {
        var random = new Random(4711);
        int decided = 0;
        for (int i = 0; i < 1_500; i++) {
            var source = expression(random, 4);
            var input =
                    input(pick(random, SCALARS), random.nextInt(5) == 0 ? pick(random, OTHERS) : pick(random, SCALARS));
            var simple = SimpleExpression.of(source).orElseThrow(() -> new AssertionError("not simple: " + source));
            var fast = fast(simple, input);
            assertThat(fast).as("%s with %s", source, input).isIn("needs engine", slow(source, input));
            decided += fast.equals("needs engine") ? 0 : 1;
        }
        assertThat(decided).isGreaterThan(1_000);
    }

    private static String expression(Random random, int depth) {
        if (depth == 0) {
            return pick(
                    random,
                    List.of(
                            "$.a",
                            "$.b",
                            "$.c",
                            "$['a']",
                            "1",
                            "0",
                            "2.5e3",
                            "'x'",
                            "\"\"",
                            "null",
                            "true",
                            "false",
                            "undefined",
                            "'1'",
                            ".5",
                            "NaN",
                            "-Infinity",
                            "$.b.x",
                            "$.a.length"));
        }
        return switch (random.nextInt(6)) {
            case 0 -> "!" + expression(random, depth - 1);
            case 1 -> "(" + expression(random, depth - 1) + ")";
            case 2 ->
                expression(random, depth - 1) + " ? " + expression(random, depth - 1) + " : "
                        + expression(random, depth - 1);
            case 3 -> "- " + expression(random, depth - 1);
            default ->
                expression(random, depth - 1) + " " + pick(random, OPERATORS) + " " + expression(random, depth - 1);
        };
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$.a <= $.n",
                "$['a'] < $.n;",
                "$.a<=$.n;;",
                " \n$.a\n<\n$.n\n",
                "($.a)",
                "(($.a) > 1) && !($.n < 2)",
                "if ($.a > 1) { true; } else { false; }",
                "if ($.a > 1) { true } else { false }",
                "if ($.a > 5) { 'x'; } else if ($.n > 1) { 'y'; } else { 'z'; }",
                "if ($.a > 5) { true; }",
                "if ($.a < 5) { 1; };",
                "(function(){ return $.a + $.n; })();",
                "(function () { return $.a + $.n }())",
                "(() => $.a + $.n)()",
                "(() => { return $.a; })()",
                "(function(){ if ($.a > 1) { return 'p'; } return 'q'; })()",
                "(function(){ if ($.a > 9) return 'p'; else return 'q'; })()",
                "(function(){ if ($.a > 9) { return 'p'; } })()",
                "(function(){ if ($.a > 9) { return 1; } else if ($.n) { return 2; } else { return 3; } })()",
                "(function(){ if ($.a > 9) { return 1; } else if ($.n > 9) { return 2; } return 3; })()",
                "function e() { if ($.a > 1) { return true; } else { return false; } } e();",
                "function e(){return $.a}e()",
                "$.a > 1 ? 'x' : 'y'",
                "$.t.u[0].v",
                "$.t['u'][1 - 1]['v']",
                "$.t.u.length > 0",
                "$.t",
                "$",
                "$.t.u",
                "'a\\n\\'b'",
                "1 + 2 * 3 - 4 / 8 % 3",
                "1 < 2 == true",
                "1 - - 1",
                "'' + -0",
                "$.a+1",
                "2 - 1",
                "$.a\u00a0> 1"
            })
    void aSimpleShapeAgrees(String source) {
        var input = Scripts.json("{\"a\":3,\"n\":4,\"t\":{\"u\":[{\"v\":5.0}]}}");
        var simple = SimpleExpression.of(source).orElseThrow(() -> new AssertionError("not simple: " + source));
        assertThat(fast(simple, input)).isEqualTo(slow(source, input));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ";",
                "$.a = 1",
                "$.a(1)",
                "$.items.filter(x => x)",
                "$.a ** 2",
                "$.a?.b",
                "$.a ?? 1",
                "$.a++",
                "--$.a",
                "1, 2",
                "$.a // c",
                "/* c */ $.a",
                "/x/.test($.a)",
                "$.a <!--$.b",
                "`x`",
                "010",
                "08",
                "1_000",
                "1n",
                "0x10",
                "1.e",
                "5.x",
                "'\\x41'",
                "'open",
                "'a\nb'",
                "typeof $.a",
                "new Date()",
                "x",
                "this",
                "$.a in $.b",
                "{ a: 1 }",
                "[1]",
                "var a = 1",
                "return $.a",
                "(function(){ return\n$.a })()",
                "(function(a){ return a })(1)",
                "(function(){ $.a })()",
                "function e(){ return 1 } f()",
                "function if(){ return 1 } if()",
                "function $(){ return $.a } $()",
                "$.a\n$.b",
                "if ($.a) true; else false;",
                "if ($.a) { 1; 2; }",
                "((() => 1))()",
                "$.a > 1 }",
                "($.a",
                "$.1",
                "$.",
                "$.é",
                "$.a\\u0062",
                "(function(){ if ($.a) { if ($.b) { return 1 } } return 2 })()",
                "(()\n=> 1)()",
                "@",
                "a ? b"
            })
    void anythingElseIsLeftToTheEngine(String source) {
        assertThat(SimpleExpression.of(source)).isEmpty();
    }

    @Test
    void hostileSourcesNeitherOverflowNorHang() {
        for (var unit : List.of(
                "(",
                "!",
                "-",
                "$[",
                "$.a+",
                "1?",
                "1?1:",
                "{",
                "if(",
                "function e(){",
                "'",
                "\\",
                "$.a.",
                "((()=>",
                "$.a&&")) {
            var source = unit.repeat(60_000 / unit.length());
            assertThat(SimpleExpression.of(source)).isEmpty();
            assertThat(SimpleExpression.of(source + "1")).isEmpty();
        }
    }

    @Test
    void whatObjectsInheritIsLeftToTheEngine() throws Exception {
        var names = sandbox.evaluate(
                new Script.Expression("Object.getOwnPropertyNames(Object.prototype)"), "null", ConsoleSink.NONE);
        assertThat(names).isNotEmpty().allSatisfy(name -> assertThat(
                        fast(SimpleExpression.of("$." + name.asText()).orElseThrow(), Scripts.json("{}")))
                .isEqualTo("needs engine"));
        assertThat(fast(SimpleExpression.of("$.toString").orElseThrow(), Scripts.json("{\"toString\":1}")))
                .isEqualTo("1");
    }

    private static JsonNode input(String a, String b) {
        return Scripts.json("{" + (a.isEmpty() ? "" : "\"a\":" + a) + (a.isEmpty() || b.isEmpty() ? "" : ",")
                + (b.isEmpty() ? "" : "\"b\":" + b) + "}");
    }

    private static String pick(Random random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }

    /** The node with its type, so that 1 and 1.0 differ. */
    private static String shown(JsonNode node) {
        return node.isNumber() ? node + (node.isIntegralNumber() ? "" : " as " + node.numberType()) : node.toString();
    }

    private static String fast(SimpleExpression simple, JsonNode input) {
        try {
            return switch (simple.evaluate(input)) {
                case Outcome.Value(var value) -> shown(value);
                case Outcome.NeedsEngine needsEngine -> "needs engine";
            };
        } catch (ScriptFailure failure) {
            return failure.kind() + " " + failure.getMessage();
        }
    }

    private static String slow(String source, JsonNode input) {
        try {
            return shown(sandbox.evaluate(new Script.Expression(source), input.toString(), ConsoleSink.NONE));
        } catch (ScriptFailure failure) {
            return failure.kind() + " " + failure.getMessage();
        } catch (Stopped e) {
            throw new AssertionError(e);
        }
    }
}
