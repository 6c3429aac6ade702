package dev.continuo.script;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Engine;
import org.graalvm.polyglot.EnvironmentAccess;
import org.graalvm.polyglot.HostAccess;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.graalvm.polyglot.proxy.ProxyExecutable;

/**
 * One JavaScript context that many evaluations share without seeing each other: everything shared is frozen, scripts
 * run as bodies of strict functions, and only JSON text goes in and out. For one thread at a time.
 */
final class Sandbox implements AutoCloseable {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PRELUDE = prelude();

    private static final int PENDING = 1;
    private static final int TOO_LARGE = 2;
    private static final int THROWN = 3;

    private final SandboxLimits limits;
    private final Context context;
    private final ScriptCompiler compiler;
    private final Value settle;
    private BoundedConsole console = new BoundedConsole(ConsoleSink.NONE, 0, 0);
    private boolean spoiled;

    Sandbox(Engine engine, SandboxLimits limits) {
        this.limits = limits;
        context = Context.newBuilder("js")
                .engine(engine)
                .allowAllAccess(false)
                .allowHostAccess(HostAccess.NONE)
                .allowIO(IOAccess.NONE)
                .allowPolyglotAccess(PolyglotAccess.NONE)
                .allowEnvironmentAccess(EnvironmentAccess.NONE)
                .allowCreateThread(false)
                .allowCreateProcess(false)
                .allowNativeAccess(false)
                .allowExperimentalOptions(true)
                .option("js.bigint", "false")
                .option("js.regexp-static-result", "false")
                .option("js.string-length-limit", Integer.toString(limits.maxTextChars()))
                .option("js.max-apply-argument-length", "65535")
                .option("js.max-typed-array-length", "1024")
                .build();
        var evaluate = context.eval("js", "eval");
        var guard = context.eval("js", ScriptCompiler.DIRECT_EVAL);
        ProxyExecutable sink = line -> {
            console.line(line[0].asString(), line[1].asString());
            return null;
        };
        var runners = context.eval("js", PRELUDE).execute(sink, limits.maxArrayLength(), limits.maxResultChars());
        settle = runners.getArrayElement(3);
        compiler = new ScriptCompiler(context, runners, guard, evaluate, limits);
    }

    Context context() {
        return context;
    }

    /** Whether the context may be in a state that no evaluation should meet; it must be replaced then. */
    boolean spoiled() {
        return spoiled;
    }

    void spoil() {
        spoiled = true;
    }

    /** @throws Stopped when the context was interrupted or closed meanwhile */
    JsonNode evaluate(Script.JavaScript script, String input, ConsoleSink sink) throws Stopped {
        console = new BoundedConsole(sink, limits.maxConsoleLines(), limits.maxConsoleChars());
        try {
            var outcome = compiler.compiled(script).run(input);
            if (outcome.getArrayElement(0).asInt() == PENDING) {
                outcome = settle.execute();
            }
            var result = result(outcome);
            console.rethrow();
            return result;
        } catch (PolyglotException e) {
            throw failure(e);
        } catch (OutOfMemoryError e) {
            spoiled = true;
            throw new ScriptFailure(Kind.MEMORY, "the script ran out of memory");
        } catch (StackOverflowError e) {
            spoiled = true;
            throw new ScriptFailure(Kind.ERROR, "the script is nested too deep");
        } finally {
            console.end();
        }
    }

    /** @throws ScriptFailure of kind SYNTAX */
    void check(Script.JavaScript script) throws Stopped {
        try {
            compiler.compiled(script);
        } catch (PolyglotException e) {
            throw failure(e);
        }
    }

    private JsonNode result(Value outcome) {
        var text = outcome.getArrayElement(1).asString();
        switch (outcome.getArrayElement(0).asInt()) {
            case TOO_LARGE ->
                throw new ScriptFailure(
                        Kind.RESULT_TOO_LARGE,
                        "the result is larger than " + limits.maxResultChars() + " characters of JSON");
            case THROWN -> throw new ScriptFailure(Kind.ERROR, text);
            default -> {
                try {
                    return JSON.readTree(text);
                } catch (JsonProcessingException e) {
                    throw new ScriptFailure(Kind.ERROR, "the result is no acceptable JSON: " + e.getOriginalMessage());
                }
            }
        }
    }

    private ScriptFailure failure(PolyglotException e) throws Stopped {
        if (e.isInterrupted() || e.isCancelled()) {
            spoiled = true;
            throw new Stopped();
        }
        if (e.isResourceExhausted()) {
            spoiled = true;
            return new ScriptFailure(Kind.MEMORY, "the script ran out of memory");
        }
        if (e.isInternalError() || e.isHostException()) {
            spoiled = true;
            return new ScriptFailure(Kind.ERROR, "the script engine failed: " + e.getMessage());
        }
        return new ScriptFailure(e.isSyntaxError() ? Kind.SYNTAX : Kind.ERROR, ScriptCompiler.shortened(e));
    }

    @Override
    public void close() {
        context.close(true);
    }

    private static String prelude() {
        try (var file = Sandbox.class.getResourceAsStream("prelude.js")) {
            if (file == null) {
                throw new IllegalStateException("prelude.js is not on the class path");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read prelude.js", e);
        }
    }
}
