package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptEvaluator;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Evaluates on the calling thread as long as that is quick, for threads of ours that must not be held up. Every calling
 * thread gets a sandbox of its own, made and replaced in the background: meanwhile, and for what takes longer than the
 * budget, {@link BudgetExceeded} sends the caller to the {@link ScriptPool}. Call it from few, long-lived threads.
 */
public final class QuickScripts implements ScriptEvaluator, AutoCloseable {

    public static final Duration BUDGET = Duration.ofMillis(25);

    /** Reading more than this alone may take the budget. */
    private static final int MAX_INPUT_CHARS = 512 << 10;

    private static final int WARM_UP_ROUNDS = 200;
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);

    private final ScriptEngine engine;
    private final Duration budget;
    private final Set<Lane> lanes = ConcurrentHashMap.newKeySet();
    private final ThreadLocal<Lane> lane = ThreadLocal.withInitial(this::newLane);
    private final ExecutorService warmer = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("script-warm-up").factory());

    public QuickScripts(ScriptEngine engine, Duration budget) {
        this.engine = engine;
        this.budget = budget;
    }

    /** The sandbox of one thread; handed over between that thread and the warmer, never used by both. */
    private static final class Lane {
        private final AtomicReference<Optional<Sandbox>> ready = new AtomicReference<>(Optional.empty());
        private CompletableFuture<Void> warming = CompletableFuture.completedFuture(null);
    }

    /**
     * @throws BudgetExceeded when this thread's sandbox is not warm, or the evaluation ran past the budget
     * @throws dev.continuo.expression.ScriptFailure when the script comes to no result, other than by time
     */
    @Override
    public JsonNode evaluate(Script script, JsonNode input) {
        return switch (script) {
            case Script.JavaScript javaScript -> evaluate(javaScript, input);
            case Script.Jq jq -> engine.jq().quickly(jq, input, budget);
        };
    }

    private JsonNode evaluate(Script.JavaScript script, JsonNode input) {
        var own = lane.get();
        var sandbox = own.ready.get();
        if (sandbox.isEmpty()) {
            warmUp();
            throw new BudgetExceeded("the sandbox of this thread is not warm");
        }
        var text = engine.inputText(input);
        if (text.length() > MAX_INPUT_CHARS) {
            throw new BudgetExceeded("the input is larger than " + MAX_INPUT_CHARS + " characters of JSON");
        }
        try {
            return engine.evaluate(sandbox.get(), script, text, ConsoleSink.NONE, budget, EXCEEDED);
        } finally {
            if (sandbox.get().spoiled()) {
                own.ready.set(Optional.empty());
                own.warming = warm(own, sandbox);
            }
        }
    }

    /** Completes when the calling thread's sandbox is warm. */
    public CompletableFuture<Void> warmUp() {
        var own = lane.get();
        if (own.ready.get().isEmpty() && own.warming.isDone()) {
            own.warming = warm(own, Optional.empty());
        }
        return own.warming.copy();
    }

    private static final ScriptEngine.Stops EXCEEDED = new ScriptEngine.Stops() {
        @Override
        public RuntimeException timedOut(Duration limit) {
            return new BudgetExceeded("the evaluation took longer than " + limit.toMillis() + " ms");
        }

        @Override
        public void stuck(RuntimeException failure) {
            // The thread is the caller's: it can only be waited for. What a built-in function may do in one call is
            // bounded by the sandbox, so that this ends.
        }
    };

    private Lane newLane() {
        var own = new Lane();
        lanes.add(own);
        return own;
    }

    private CompletableFuture<Void> warm(Lane own, Optional<Sandbox> spent) {
        return CompletableFuture.runAsync(
                () -> {
                    spent.ifPresent(Sandbox::close);
                    own.ready.set(Optional.of(warmSandbox()));
                },
                warmer);
    }

    private Sandbox warmSandbox() {
        engine.jq().warmUp();
        var sandbox = engine.newSandbox();
        var input = JsonNodeFactory.instance.objectNode();
        input.putObject("task").put("iteration", 1).putArray("list").add(1).add("two");
        var text = input.toString();
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
            for (var script : WARM_UP) {
                engine.evaluate(sandbox, script, text, ConsoleSink.NONE, WARM_UP_LIMIT, EXCEEDED);
            }
        }
        return sandbox;
    }

    /** The shapes that conditions come in: an expression, a function called at once, a program. */
    private static final Script.JavaScript[] WARM_UP = {
        new Script.Expression("$.task.list.filter(x => x > 0).length + $.task.iteration"),
        new Script.Expression(
                "(function () { const { list, ...rest } = $.task; return { ...rest, n: list.length }; })()"),
        new Script.Expression("if ($.task.list.some(x => x === 'two')) { true; } else { false; }")
    };

    @Override
    public void close() {
        warmer.shutdown();
        lanes.forEach(own -> own.ready.getAndSet(Optional.empty()).ifPresent(Sandbox::close));
    }
}
