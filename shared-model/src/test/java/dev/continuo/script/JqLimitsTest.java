package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(value = 240, unit = TimeUnit.SECONDS)
class JqLimitsTest {

    private static final Duration LIMIT = Duration.ofMillis(300);
    private static final Duration GENEROUS = Duration.ofSeconds(10);
    private static final String TEN = "(1,2,3,4,5,6,7,8,9,0)";
    private static final String DEEP = "reduce range(100000) as $i (0; [.])";
    private static final String DOUBLED = "reduce range(60) as $i (1; [.,.])";

    private static Scripts scripts;
    private static QuickScripts quick;

    @BeforeAll
    static void open() {
        scripts = new Scripts(SandboxLimits.DEFAULT);
        quick = new QuickScripts(scripts.engine(), QuickScripts.BUDGET);
        quick.warmUp().join();
    }

    @AfterAll
    static void close() {
        quick.close();
        scripts.close();
    }

    static List<String> hostile() {
        return List.of(
                "def f: f; f",
                "def f: f, f; f",
                "def f: .[] |= f; [[[1]]] | f",
                "range(1e12) | empty",
                "range(1e12)",
                "range(0; 1; 1e-300) | empty",
                "[range(1e12)]",
                "[range(1e6) | [range(1e5)]]",
                "repeat(.)",
                "[repeat(1)]",
                "1 | [recurse(.)]",
                "until(false; .)",
                "[while(true; .)]",
                "last(repeat(1))",
                "reduce range(1e12) as $i (0; .+1)",
                "foreach range(1e12) as $i (0; .+1; empty)",
                "limit(1e12; repeat(1))",
                "first(range(1e12) | select(. < 0))",
                "\"x\" * 1e9",
                "1e9 * \"x\"",
                "reduce range(60) as $i (\"x\"; . + .)",
                "reduce range(60) as $i ([1]; . + .)",
                "reduce range(1e6) as $i ({}; . + {\"\\($i)\": 1})",
                "reduce range(1e9) as $i (2; . * .) | tostring | length | until(false; .)",
                DEEP,
                DOUBLED,
                "(" + DOUBLED + ") as $a | (" + DOUBLED + ") as $b | $a == $b",
                DOUBLED + " | tojson",
                DOUBLED + " | 1 - .",
                DOUBLED + " | [..]",
                TEN + ("+" + TEN).repeat(15) + " | empty",
                "[" + TEN + ("+" + TEN).repeat(15) + "]",
                "1 as $x | [" + "($x,$x,$x,$x)*".repeat(30) + "1]",
                "\"" + ("\\(" + TEN + ")").repeat(20) + "\" | empty",
                "{" + "abcdefghijklmno".replaceAll("(.)", "$1: " + TEN + ", ") + "z: 1} | empty",
                "[" + "(0,1) as $x | ".repeat(60) + "$x] | empty",
                ".[1e9] = 1",
                "[] | setpath([1e9]; 1)",
                "[] | .[1e9] |= 1",
                "[] | pick(.[1e9])",
                "[range(3e5)] | .[] = 1",
                "[range(3e5)] | .[] += 1",
                "[range(3e5)] | .[] |= 1",
                "[range(3e5)] | del(.[])",
                "[range(3e5)] | [combinations(5)]",
                "[range(9e5)] | map(tostring) | until(false; sort)",
                "(\"a\" * 4e6) | contains((\"a\" * 2e6) + \"b\")",
                "(\"a\" * 4e6) / ((\"a\" * 2e6) + \"b\")",
                "(\"a\" * 4e6) | indices((\"a\" * 2e6) + \"b\")",
                "(\"a\" * 40) + \"b\" | test(\"(a+)+$\")",
                "(\"a\" * 200) + \"b\" | test(\"(a|aa)+$\")",
                "(\"a\" * 200) + \"b\" | gsub(\"(x+x+|a|a)+y\"; \"\")",
                "(\"a\" * 8e6) | test(\"a*b\")",
                "(\"a\" * 1e6) | gsub(\"a\"; \"b\" * 1e6)",
                "(\"a\" * 100) | [gsub(\"a\"; \"b\", \"c\")]",
                "def f: try f catch f; f",
                "def f: (f // f); f",
                "def f: f?, f?; f",
                "[limit(1e12; repeat(\"abc\"))] | join(\",\")",
                "(\"[\" * 100000) | fromjson",
                "[splits(\"a\"; \"b\")] | repeat(.)",
                "\"a\" * 9e5 | [ascii_downcase, ascii_upcase] | until(false; .)",
                "[range(5e5)] | transpose",
                "[[range(1000)], [range(1000)], [range(1000)], [range(1000)]] | [combinations]",
                "((".repeat(3000) + "1" + "))".repeat(3000));
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileProgramFailsInTime(String program) {
        var started = System.nanoTime();
        assertThatThrownBy(
                        () -> scripts.evaluate(new Script.Jq(program), Scripts.json("null"), ConsoleSink.NONE, LIMIT))
                .isInstanceOfSatisfying(ScriptFailure.class, failure -> assertThat(failure.getMessage())
                        .isNotBlank());
        var took = Duration.ofNanos(System.nanoTime() - started);
        assertThat(took).isLessThan(GENEROUS);
    }

    @ParameterizedTest
    @MethodSource("hostile")
    void aHostileProgramLeavesAThreadOfOursInTime(String program) {
        var started = System.nanoTime();
        assertThatThrownBy(() -> quick.evaluate(new Script.Jq(program), Scripts.json("null")))
                .isInstanceOfAny(BudgetExceeded.class, ScriptFailure.class);
        var took = Duration.ofNanos(System.nanoTime() - started);
        assertThat(took).isLessThan(GENEROUS);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void loopsOverTheInputAreCountedToo() {
        var input = Scripts.JSON.createArrayNode();
        for (int i = 0; i < 1000; i++) {
            input.add(i);
        }
        for (var program : List.of(
                "[.[] as $a | .[] as $b | .[] as $c | .[] as $d | empty]",
                "[.[] + .[] + .[] + .[]] | empty",
                "[.. | .. | empty] | until(false; .)")) {
            assertThatThrownBy(() -> scripts.evaluate(new Script.Jq(program), input, ConsoleSink.NONE, LIMIT))
                    .isInstanceOf(ScriptFailure.class);
        }
    }

    @Test
    void theResultIsBounded() {
        var limits = new SandboxLimits(10_000, 10_000, 1_000, 10_000, 50, 1L << 30, 0, 0, 10);
        try (var small = new Scripts(limits)) {
            assertThat(failure(small, "\"x\" * 1001").kind()).isEqualTo(ScriptFailure.Kind.RESULT_TOO_LARGE);
            assertThat(failure(small, "range(60)").kind()).isEqualTo(ScriptFailure.Kind.MEMORY);
            assertThat(failure(small, "[range(60)]").kind()).isEqualTo(ScriptFailure.Kind.MEMORY);
            assertThat(failure(small, "\"x\" * 10001").kind()).isEqualTo(ScriptFailure.Kind.MEMORY);
            assertThat(small.evaluate(
                            new Script.Jq("[range(40)] | length"),
                            Scripts.json("null"),
                            ConsoleSink.NONE,
                            Scripts.AMPLE))
                    .isEqualTo(Scripts.json("[40]"));
        }
    }

    private static ScriptFailure failure(Scripts scripts, String program) {
        try {
            JsonNode value =
                    scripts.evaluate(new Script.Jq(program), Scripts.json("null"), ConsoleSink.NONE, Scripts.AMPLE);
            throw new AssertionError("a result: " + value);
        } catch (ScriptFailure failure) {
            return failure;
        }
    }

    /** What is too large for a thread of ours is not too large for the pool. */
    @Test
    void aLargerProgramIsLeftToThePool() {
        var program = new Script.Jq("[range(100000)] | length");
        assertThatThrownBy(() -> quick.evaluate(program, Scripts.json("null"))).isInstanceOf(BudgetExceeded.class);
        assertThat(scripts.evaluate(program, Scripts.json("null"), ConsoleSink.NONE, Scripts.AMPLE))
                .isEqualTo(Scripts.json("[100000]"));
    }

    @Test
    void aFailedProgramDoesNotDisturbTheNext() {
        for (int i = 0; i < 20; i++) {
            assertThatThrownBy(() -> quick.evaluate(new Script.Jq("repeat(.) | empty"), Scripts.json("1")))
                    .isInstanceOf(BudgetExceeded.class);
            assertThat(quick.evaluate(new Script.Jq(". + 1"), Scripts.json("1")))
                    .isEqualTo(Scripts.json("[2]"));
        }
    }

    @Test
    void jqIsTurnedAwayUntilItIsWarm() {
        try (var engine = new ScriptEngine(SandboxLimits.DEFAULT);
                var cold = new QuickScripts(engine, GENEROUS)) {
            var program = new Script.Jq(". + 1");
            assertThatThrownBy(() -> cold.evaluate(program, Scripts.json("1"))).isInstanceOf(BudgetExceeded.class);
            cold.warmUp().join();
            assertThat(cold.evaluate(program, Scripts.json("1"))).isEqualTo(Scripts.json("[2]"));
        }
    }

    /** Prints the figures that the documentation quotes; how fast a machine is, is no matter of right or wrong. */
    @Test
    void warmEvaluationsPerSecondArePrinted() {
        var input = Scripts.json("{\"a\":[1,2],\"b\":[3,4],\"items\":[{\"price\":3},{\"price\":4}]}");
        try (var ample = new QuickScripts(scripts.engine(), Duration.ofSeconds(10))) {
            ample.warmUp().join();
            for (var script : List.of(
                    new Script.Jq("{out: (.a + .b)}"),
                    new Script.Jq("[.items[] | select(.price > 3) | {p: .price}]"),
                    new Script.Jq(".items | map(.price) | add"),
                    new Script.Expression("(function(){ return $.a[0] + $.b[0]; })();"),
                    new Script.Expression("function e() { if ($.a[0] == 1){return {\"result\": true}} else { return"
                            + " {\"result\": false}}} e();"))) {
                int rounds = 20_000;
                for (int i = 0; i < rounds; i++) {
                    ample.evaluate(script, input);
                }
                var started = System.nanoTime();
                for (int i = 0; i < rounds; i++) {
                    assertThat(ample.evaluate(script, input).isEmpty() && script instanceof Script.Jq)
                            .isFalse();
                }
                System.out.printf(
                        "%,.0f warm evaluations/s: %s%n",
                        rounds * 1e9 / (System.nanoTime() - started), script.source());
            }
        }
    }
}
