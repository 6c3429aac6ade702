package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.javacc.ExpressionParser;

/** Evaluates jq programs on the calling thread, and keeps the most recently used ones in their parsed form. */
final class JqPrograms {

    /** What a thread of ours may meet in one step of an evaluation, which is how late the budget may be noticed. */
    private static final JqMeter.Sizes QUICK = new JqMeter.Sizes(32 << 10, 256 << 10, 1L << 24);

    private static final long MAX_WORK = 1L << 30;

    /** Reading a longer program may take the budget. */
    private static final int QUICK_SOURCE_CHARS = 4096;

    private static final int MAX_MESSAGE = 500;
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);
    private static final int WARM_UP_ROUNDS = 300;

    private final SandboxLimits limits;
    private final JqMeter.Sizes full;
    private final Map<String, Program> programs;
    private volatile Optional<Scope> builtins = Optional.empty();
    private volatile boolean warm;

    /** A text as read; one that cannot be read is remembered as well. */
    private sealed interface Program {
        record Readable(Expression expression) implements Program {}

        record Unreadable(ScriptFailure failure) implements Program {}
    }

    JqPrograms(SandboxLimits limits) {
        this.limits = limits;
        full = new JqMeter.Sizes(limits.maxArrayLength(), limits.maxTextChars(), MAX_WORK);
        programs = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Program> eldest) {
                return size() > limits.cachedScripts();
            }
        });
    }

    int cached() {
        return programs.size();
    }

    /**
     * @throws BudgetExceeded when it is too long or too large for a thread of ours, or jq is not warm
     * @throws ScriptFailure when the program comes to no result, other than by time or size
     */
    JsonNode quickly(Script.Jq script, JsonNode input, Duration budget) {
        if (!warm) {
            throw new BudgetExceeded("jq is not warm");
        }
        if (script.source().length() > QUICK_SOURCE_CHARS && !programs.containsKey(script.source())) {
            throw new BudgetExceeded("the jq program is longer than " + QUICK_SOURCE_CHARS + " characters");
        }
        return evaluate(script, input, budget, QUICK, QUICK_EXCESS);
    }

    /** @throws ScriptFailure when the program comes to no result */
    JsonNode fully(Script.Jq script, JsonNode input, Duration limit) {
        return evaluate(script, input, limit, full, FULL_EXCESS);
    }

    /** @throws ScriptFailure of kind SYNTAX */
    void check(Script.Jq script) {
        expression(script.source(), FULL_EXCESS);
    }

    void warmUp() {
        if (warm) {
            return;
        }
        var input = JsonNodeFactory.instance.objectNode();
        input.putObject("task").put("iteration", 1).putArray("list").add(1).add("two");
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            fully(
                    new Script.Jq("{n: (.task.iteration + 1), l: [.task.list[] | select(. != null)]}"),
                    input,
                    WARM_UP_LIMIT);
            fully(new Script.Jq(".task | to_entries | map(.key) | join(\",\") | test(\"i.*\")"), input, WARM_UP_LIMIT);
        }
        warm = true;
    }

    private JsonNode evaluate(
            Script.Jq script, JsonNode input, Duration limit, JqMeter.Sizes sizes, JqMeter.Excess excess) {
        var meter = JqMeter.begin(limit, sizes, limits.maxAllocatedBytes(), excess);
        try {
            var program = expression(script.source(), excess);
            var given = input.isMissingNode() ? JsonNodeFactory.instance.nullNode() : input;
            meter.weight(given);
            var outputs = new JqOutputs(meter, limits);
            program.apply(Scope.newChildScope(builtins()), given, outputs::add);
            return outputs.all();
        } catch (JsonQueryException e) {
            throw new ScriptFailure(Kind.ERROR, shortened(e.getOriginalMessage()));
        } catch (ScriptFailure | BudgetExceeded e) {
            throw e;
        } catch (StackOverflowError e) {
            throw excess.depth();
        } catch (OutOfMemoryError e) {
            throw new ScriptFailure(Kind.MEMORY, "the jq program ran out of memory");
        } catch (RuntimeException e) {
            throw new ScriptFailure(Kind.ERROR, shortened("the jq program cannot be evaluated: " + e));
        } finally {
            JqMeter.end();
        }
    }

    private Scope builtins() {
        var known = builtins;
        if (known.isEmpty()) {
            known = Optional.of(JqBuiltins.scope());
            builtins = known;
        }
        return known.get();
    }

    private Expression expression(String source, JqMeter.Excess excess) {
        var known = programs.get(source);
        if (known == null) {
            known = read(source, excess);
            programs.put(source, known);
        }
        return switch (known) {
            case Program.Readable(var expression) -> expression;
            case Program.Unreadable(var failure) -> throw failure;
        };
    }

    private Program read(String source, JqMeter.Excess excess) {
        if (source.length() > limits.maxSourceChars()) {
            return unreadable("the jq program is longer than " + limits.maxSourceChars() + " characters");
        }
        try {
            return new Program.Readable(JqMetering.metered(ExpressionParser.compile(source, JqBuiltins.VERSION)));
        } catch (JsonQueryException e) {
            var cause = e.getCause() == null ? e : e.getCause();
            var why = String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
            return unreadable("the jq program cannot be read: " + why);
        } catch (StackOverflowError e) {
            throw excess.depth();
        }
    }

    private static Program unreadable(String message) {
        return new Program.Unreadable(new ScriptFailure(Kind.SYNTAX, shortened(message)));
    }

    private static String shortened(String message) {
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message;
    }

    private static final JqMeter.Excess QUICK_EXCESS = new JqMeter.Excess() {
        @Override
        public RuntimeException time(Duration limit) {
            return new BudgetExceeded("the jq program took longer than " + limit.toMillis() + " ms");
        }

        @Override
        public RuntimeException size(String message) {
            return new BudgetExceeded(message);
        }

        /** Other threads have larger stacks. */
        @Override
        public RuntimeException depth() {
            return new BudgetExceeded("the jq program is nested too deep for this thread");
        }
    };

    private static final JqMeter.Excess FULL_EXCESS = new JqMeter.Excess() {
        @Override
        public RuntimeException time(Duration limit) {
            return new ScriptFailure(Kind.TIMEOUT, "the jq program took longer than " + limit.toMillis() + " ms");
        }

        @Override
        public RuntimeException size(String message) {
            return new ScriptFailure(Kind.MEMORY, message);
        }

        @Override
        public RuntimeException depth() {
            return new ScriptFailure(Kind.ERROR, "the jq program is nested too deep");
        }
    };
}
