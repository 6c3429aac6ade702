package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Scope;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.IsolatedScopeQuery;
import net.thisptr.jackson.jq.internal.JsonQueryFunction;
import net.thisptr.jackson.jq.internal.javacc.ExpressionParser;

/** The functions that every jq program finds: those of the library, metered, and some of jq's that it does not have. */
final class JqBuiltins {

    static final Version VERSION = Versions.JQ_1_7;

    /** They show the process: its environment, or the insides of the evaluation. */
    private static final Set<String> REMOVED = Set.of("env/0", "debug_scope/0");

    /** They compare each part of their input with each of their argument. */
    private static final Set<String> COMPARING =
            Set.of("contains/1", "indices/1", "index/1", "rindex/1", "split/1", "delpaths/1", "join/1");

    /** They give what was there before, however large. */
    private static final Set<String> SELECTING = Set.of("getpath/1", "min_by/1", "max_by/1");

    /** In jq, by its manual: name, parameters, body. */
    private static final List<Definition> ADDED = List.of(
            new Definition("repeat", List.of("f"), "def _repeat: ., (f | _repeat); _repeat"),
            new Definition("isempty", List.of("g"), "label $go | (g | false, break $go), true"),
            new Definition("isvalid", List.of("f"), "try (f | true) catch false"),
            new Definition("add", List.of("f"), "reduce f as $x (null; . + $x)"),
            new Definition("skip", List.of("$n", "f"), "foreach f as $x ($n; . - 1; if . < 0 then $x else empty end)"),
            new Definition("toarray", List.of(), "if type == \"array\" then . else [.] end"),
            new Definition("abs", List.of(), "if . < 0 then -. else . end"),
            new Definition("todate", List.of(), "todateiso8601"),
            new Definition("fromdate", List.of(), "fromdateiso8601"),
            new Definition("ascii", List.of(), "[.] | implode"),
            new Definition("have_literal_numbers", List.of(), "true"),
            new Definition(
                    "tostream",
                    List.of(),
                    "path(def r: (.[]? | r), .; r) as $p | getpath($p) | reduce path(.[]?)"
                            + " as $q ([$p, .]; [$p + $q])"),
            new Definition(
                    "limit",
                    List.of("$n", "f"),
                    "if $n <= 0 then empty else label $out | foreach f as $x (0;"
                            + " . + 1; $x, if . >= $n then break $out else empty end) end"));

    private record Definition(String name, List<String> parameters, String body) {}

    private JqBuiltins() {}

    static Scope scope() {
        var root = Scope.newEmptyScope();
        Map<String, Function> library =
                BuiltinFunctionLoader.getInstance().listFunctions(JqBuiltins.class.getClassLoader(), VERSION, root);
        library.forEach((name, function) -> {
            if (!REMOVED.contains(name)) {
                root.addFunction(name, metered(name, function));
            }
        });
        ADDED.forEach(definition -> root.addFunction(
                definition.name(), definition.parameters().size(), JqMetering.inside(function(definition, root))));
        root.addFunction("_match_impl/3", (scope, args, in, path, output, version) -> {
            JqMeter.current().look();
            JqRegex.match(scope, args, in, weighed(output));
        });
        root.addFunction("_sub_impl/3", (scope, args, in, path, output, version) -> {
            JqMeter.current().look();
            JqRegex.substitute(scope, args, in, weighed(output));
        });
        trimming(root);
        return root;
    }

    private static Function function(Definition definition, Scope root) {
        try {
            var body = new IsolatedScopeQuery(ExpressionParser.compile(definition.body(), VERSION));
            return new JsonQueryFunction(definition.name(), definition.parameters(), body, root);
        } catch (JsonQueryException e) {
            throw new IllegalStateException("cannot read the jq function " + definition.name(), e);
        }
    }

    private static Function metered(String name, Function function) {
        if (function instanceof JsonQueryFunction) {
            return JqMetering.inside(function);
        }
        if (name.equals("setpath/2")) {
            return setpath(function);
        }
        if (COMPARING.contains(name)) {
            return comparing(function);
        }
        boolean selecting = SELECTING.contains(name);
        return (scope, args, in, path, output, version) -> {
            var meter = JqMeter.current();
            meter.steps(1 + in.size() + (in.isTextual() ? in.textValue().length() / 64 : 0));
            function.apply(scope, args, in, path, selecting ? counted(output) : weighed(output), version);
        };
    }

    private static PathOutput counted(PathOutput output) {
        var meter = JqMeter.current();
        return (value, path) -> {
            meter.step();
            output.emit(value, path);
        };
    }

    private static PathOutput weighed(PathOutput output) {
        var meter = JqMeter.current();
        return (value, path) -> {
            meter.step();
            meter.weight(value);
            output.emit(value, path);
        };
    }

    private static Expression constant(JsonNode value) {
        return (scope, in, path, output, requirePath) -> output.emit(value, null);
    }

    private static Function comparing(Function function) {
        return (scope, args, in, path, output, version) -> {
            var meter = JqMeter.current();
            args.getFirst().apply(scope, in, argument -> {
                meter.work(in, argument);
                meter.look();
                function.apply(scope, List.of(constant(argument)), in, path, weighed(output), version);
            });
        };
    }

    /** An index far behind the end of an array makes the array reach there. */
    private static Function setpath(Function function) {
        return (scope, args, in, path, output, version) -> {
            var meter = JqMeter.current();
            args.get(1).apply(scope, in, value -> args.get(0).apply(scope, in, at -> {
                for (var step : at) {
                    meter.elements(step.isNumber() ? step.asDouble() : 0);
                }
                meter.steps(1 + in.size());
                function.apply(scope, List.of(constant(at), constant(value)), in, path, weighed(output), version);
            }));
        };
    }

    private static void trimming(Scope root) {
        root.addFunction("trim/0", onText("trim", String::strip));
        root.addFunction("ltrim/0", onText("ltrim", String::stripLeading));
        root.addFunction("rtrim/0", onText("rtrim", String::stripTrailing));
    }

    private static Function onText(String name, UnaryOperator<String> change) {
        return (scope, args, in, path, output, version) -> {
            JqMeter.current().step();
            if (!in.isTextual()) {
                throw new JsonQueryException("%s cannot be an input of " + name, in);
            }
            output.emit(TextNode.valueOf(change.apply(in.textValue())), null);
        };
    }
}
