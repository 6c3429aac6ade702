package dev.continuo.script;

import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;

/**
 * Makes functions of scripts, and keeps the most recently used ones of its context.
 *
 * <p>A script is put into a function as text, so it must not be able to close that function and run as global code,
 * where its declarations would outlive it. Every text is therefore parsed on its own first, in surroundings whose
 * closing brackets differ, or that have none: what is whole there is whole inside the function as well.
 */
final class ScriptCompiler {

    /**
     * The only place where code is made from text at run time, for programs whose value is that of their last
     * statement. {@code eval} is a local variable here, set for the one call; the program's first act is to unset it.
     */
    static final String DIRECT_EVAL = """
            (function () {
                var eval;
                return [
                    function (value) { eval = value; },
                    function ($, $continuo_disarm, $continuo_source) { 'use strict'; return eval($continuo_source); }
                ];
            })()""";

    private static final String DISARM = "$continuo_disarm();";
    private static final List<String> COMMENTS = List.of("//", "/*", "<!--", "-->");
    private static final int MAX_MESSAGE = 500;

    /** A script ready to run: JSON text in, an outcome as the prelude makes it out. */
    @FunctionalInterface
    interface Compiled {
        Value run(String input);
    }

    private final Context context;
    private final SandboxLimits limits;
    private final Value runCompiled;
    private final Value runProgram;
    private final Value runFunction;
    private final Value arm;
    private final Value direct;
    private final Value evaluate;
    private final Map<Script.JavaScript, Compiled> cache;

    ScriptCompiler(Context context, Value runners, Value guard, Value evaluate, SandboxLimits limits) {
        this.context = context;
        this.limits = limits;
        this.evaluate = evaluate;
        runCompiled = runners.getArrayElement(0);
        runProgram = runners.getArrayElement(1);
        runFunction = runners.getArrayElement(2);
        arm = guard.getArrayElement(0);
        direct = guard.getArrayElement(1);
        cache = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<Script.JavaScript, Compiled> eldest) {
                return size() > limits.cachedScripts();
            }
        };
    }

    Compiled compiled(Script.JavaScript script) {
        var known = cache.get(script);
        if (known != null) {
            return known;
        }
        if (script.source().length() > limits.maxSourceChars()) {
            throw new ScriptFailure(
                    Kind.SYNTAX, "the script is longer than " + limits.maxSourceChars() + " characters");
        }
        if (DynamicImport.in(script.source())) {
            throw new ScriptFailure(Kind.SYNTAX, "import( and import. are not available to scripts");
        }
        var compiled =
                switch (script) {
                    case Script.Expression(var source) -> expression(source);
                    case Script.Function(var source, var entry) -> function(source, entry);
                };
        cache.put(script, compiled);
        return compiled;
    }

    private Compiled expression(String source) {
        var single = withoutSemicolons(source);
        if (isExpression(single)) {
            var function = evaluated("(function ($) { 'use strict'; return (\n" + single + "\n); })");
            return input -> runCompiled.execute(function, input);
        }
        if (isProgram(source)) {
            var body = endingInExpression(source);
            if (body.isPresent()) {
                var function = evaluated("(function ($) { 'use strict';\n" + body.get() + "\n})");
                return input -> runCompiled.execute(function, input);
            }
            var program = DISARM + source;
            return input -> runProgram.execute(arm, direct, evaluate, program, input);
        }
        if (isBody(source)) {
            var function = evaluated("(function ($) { 'use strict';\n" + source + "\n})");
            return input -> runCompiled.execute(function, input);
        }
        throw syntaxError(source);
    }

    /**
     * A program such as {@code function f() { ... } f();} as a body that returns its last expression, which spares the
     * direct eval. Only where the cut cannot be inside a comment, and an expression behind a brace begins a statement.
     */
    private Optional<String> endingInExpression(String source) {
        int cut = source.lastIndexOf('}') + 1;
        var tail = withoutSemicolons(source.substring(cut)).strip();
        boolean begins = !tail.isEmpty() && Character.isJavaIdentifierStart(tail.charAt(0));
        if (cut == 0 || !begins || COMMENTS.stream().anyMatch(source::contains)) {
            return Optional.empty();
        }
        var head = source.substring(0, cut);
        return isProgram(head) && isExpression(tail)
                ? Optional.of(head + "\nreturn (\n" + tail + "\n);")
                : Optional.empty();
    }

    private Compiled function(String source, String entry) {
        var single = withoutSemicolons(source);
        String factory;
        if (isExpression(single)) {
            factory = "(function (module, exports) { 'use strict'; return (\n" + single + "\n); })";
        } else if (isProgram(source)) {
            var declared = isName(entry) ? "typeof " + entry + " === 'function' ? " + entry + " : null" : "null";
            factory = "(function (module, exports) { 'use strict'; return (function () {\n" + source + "\n;return "
                    + declared + ";\n})(); })";
        } else {
            throw syntaxError(source);
        }
        var function = evaluated(factory);
        return input -> runFunction.execute(function, entry, input);
    }

    private boolean isExpression(String source) {
        return parses("'use strict';(\n" + source + "\n)") && parses("'use strict';[\n" + source + "\n]");
    }

    private boolean isProgram(String source) {
        return parses("'use strict';\n" + source);
    }

    /** A text that closes the one function leaves the other open. */
    private boolean isBody(String source) {
        return parses("(function ($) { 'use strict';\n" + source + "\n})")
                && parses("({ m($) { 'use strict';\n" + source + "\n}})");
    }

    private boolean isName(String entry) {
        return entry.matches("[A-Za-z_$][A-Za-z0-9_$]*+") && parses("'use strict';" + entry + ";");
    }

    private boolean parses(String text) {
        try {
            context.parse(source(text));
            return true;
        } catch (PolyglotException e) {
            if (e.isSyntaxError()) {
                return false;
            }
            throw e;
        }
    }

    private Value evaluated(String text) {
        return context.eval(source(text));
    }

    private ScriptFailure syntaxError(String text) {
        try {
            context.parse(source(text));
        } catch (PolyglotException e) {
            if (e.isSyntaxError()) {
                return new ScriptFailure(Kind.SYNTAX, shortened(e));
            }
            throw e;
        }
        return new ScriptFailure(Kind.SYNTAX, "SyntaxError: the script is not valid in strict mode");
    }

    static String shortened(PolyglotException e) {
        var message = String.valueOf(e.getMessage()).lines().findFirst().orElse("Error");
        return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "…" : message;
    }

    private static Source source(String text) {
        return Source.newBuilder("js", text, "script").buildLiteral();
    }

    private static String withoutSemicolons(String source) {
        int end = source.length();
        while (end > 0 && (source.charAt(end - 1) == ';' || Character.isWhitespace(source.charAt(end - 1)))) {
            end--;
        }
        return source.substring(0, end);
    }
}
