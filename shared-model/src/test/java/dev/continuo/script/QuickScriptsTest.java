package dev.continuo.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 120, unit = TimeUnit.SECONDS)
class QuickScriptsTest {

    private static final Script SUM = new Script.Expression(
            "(function () { let n = 0; for (const i of $.items) { n += i.price; } return n > $.least; })()");
    private static final String INPUT = "{\"items\":[{\"price\":3},{\"price\":4}],\"least\":5}";

    private static ScriptEngine engine;

    @BeforeAll
    static void open() {
        engine = new ScriptEngine(SandboxLimits.DEFAULT);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @Test
    void aColdThreadIsTurnedAwayUntilItsSandboxIsWarm() {
        try (var quick = new QuickScripts(engine, Duration.ofSeconds(10))) {
            assertThatThrownBy(() -> quick.evaluate(SUM, Scripts.json(INPUT))).isInstanceOf(BudgetExceeded.class);
            quick.warmUp().join();
            assertThat(quick.evaluate(SUM, Scripts.json(INPUT)).booleanValue()).isTrue();
        }
    }

    @Test
    void anEvaluationOverTheBudgetIsAbandonedAndTheSandboxReplaced() {
        try (var quick = new QuickScripts(engine, Duration.ofMillis(100))) {
            for (int i = 0; i < 3; i++) {
                quick.warmUp().join();
                var started = System.nanoTime();
                assertThatThrownBy(() -> quick.evaluate(new Script.Expression("while (true);"), Scripts.json("{}")))
                        .isInstanceOf(BudgetExceeded.class)
                        .hasMessageContaining("100 ms");
                assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
                assertThatThrownBy(() -> quick.evaluate(SUM, Scripts.json(INPUT)))
                        .isInstanceOf(BudgetExceeded.class)
                        .hasMessageContaining("not warm");
            }
            quick.warmUp().join();
            assertThat(quick.evaluate(SUM, Scripts.json(INPUT)).booleanValue()).isTrue();
        }
    }

    @Test
    void aScriptThatThrowsIsNotABudgetMatterAndKeepsTheSandbox() {
        try (var quick = new QuickScripts(engine, Duration.ofSeconds(10))) {
            quick.warmUp().join();
            assertThatThrownBy(() -> quick.evaluate(new Script.Expression("null.x"), Scripts.json("{}")))
                    .isInstanceOf(ScriptFailure.class);
            assertThat(quick.evaluate(SUM, Scripts.json(INPUT)).booleanValue()).isTrue();
        }
    }

    @Test
    void aVeryLargeInputIsLeftToThePool() {
        try (var quick = new QuickScripts(engine, Duration.ofSeconds(10))) {
            quick.warmUp().join();
            var large = Scripts.JSON.createObjectNode().put("x", "x".repeat(600_000));
            assertThatThrownBy(() -> quick.evaluate(SUM, large)).isInstanceOf(BudgetExceeded.class);
        }
    }

    /** Prints the figures that the documentation quotes; how fast a machine is, is no matter of right or wrong. */
    @Test
    void warmEvaluationsPerSecondArePrinted() {
        try (var quick = new QuickScripts(engine, Duration.ofSeconds(10))) {
            quick.warmUp().join();
            var input = Scripts.json(INPUT);
            for (var script : new Script[] {
                SUM,
                new Script.Expression("$.items.length > $.least"),
                new Script.Expression("if ($.items.some(i => i.price > 3)) { true; } else { false; }"),
                new Script.Expression("function e() { return $.items.map(i => i.price).join(); } e();")
            }) {
                int rounds = 10_000;
                for (int i = 0; i < rounds; i++) {
                    quick.evaluate(script, input);
                }
                var started = System.nanoTime();
                for (int i = 0; i < rounds; i++) {
                    assertThat(quick.evaluate(script, input).isValueNode()).isTrue();
                }
                System.out.printf(
                        "%,.0f warm evaluations/s: %s%n",
                        rounds * 1e9 / (System.nanoTime() - started), script.source());
            }
        }
    }
}
