package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;
import net.thisptr.jackson.jq.internal.tree.ArrayConstruction;
import net.thisptr.jackson.jq.internal.tree.NegativeExpression;
import net.thisptr.jackson.jq.internal.tree.ObjectConstruction;
import net.thisptr.jackson.jq.internal.tree.RecursionOperator;
import net.thisptr.jackson.jq.internal.tree.StringInterpolation;
import net.thisptr.jackson.jq.internal.tree.binaryop.BinaryOperatorExpression;
import net.thisptr.jackson.jq.internal.tree.binaryop.assignment.Assignment;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.FieldAccess;
import net.thisptr.jackson.jq.path.ArrayIndexPath;
import net.thisptr.jackson.jq.path.Path;
import net.thisptr.jackson.jq.path.RootPath;

/**
 * Puts a {@link JqMeter} into parsed programs. The library knows no limits and offers no place for them, so every
 * expression inside a tree of its classes is replaced by one that asks the meter and then evaluates the original. The
 * trees are the library's own private fields: this class fails at start, in {@link JqBuiltins}, where they are not to
 * be had, and the tests of hostile programs show that nothing is left out.
 */
final class JqMetering {

    private static final String LIBRARY = "net.thisptr.jackson.jq.internal.";
    private static final int ELEMENTS_PER_STEP = 16;

    private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private JqMetering() {}

    static Expression metered(Expression expression) {
        return new JqMetering().replacement(expression);
    }

    /** Of what holds expressions without being one, such as a function that is defined in jq. */
    static <T> T inside(T holder) {
        new JqMetering().visit(holder);
        return holder;
    }

    private Expression replacement(Expression expression) {
        visit(expression);
        return switch (expression) {
            case ArrayConstruction array when array.q != null -> collecting(array.q);
            case ArrayConstruction array -> stepping(array);
            case NegativeExpression negation -> negating(operand(NegativeExpression.class, "value", negation));
            case Assignment assignment ->
                assigning(
                        operand(BinaryOperatorExpression.class, "lhs", assignment),
                        operand(BinaryOperatorExpression.class, "rhs", assignment));
            case ObjectConstruction object -> weighing(object);
            case StringInterpolation text -> weighing(text);
            case BinaryOperatorExpression operation -> weighing(operation);
            case FieldAccess access -> walking(access);
            case RecursionOperator recursion -> walking(recursion);
            default -> stepping(expression);
        };
    }

    private static Expression stepping(Expression original) {
        return (scope, in, path, output, requirePath) -> {
            JqMeter.current().step();
            original.apply(scope, in, path, output, requirePath);
        };
    }

    private static Expression weighing(Expression original) {
        return (scope, in, path, output, requirePath) -> {
            var meter = JqMeter.current();
            meter.step();
            PathOutput weighed = (value, at) -> {
                meter.weight(value);
                output.emit(value, at);
            };
            original.apply(scope, in, path, weighed, requirePath);
        };
    }

    /** What takes out of a value: a slice costs its length, and a path may lead to where an array is made to reach. */
    private static Expression walking(Expression original) {
        return (scope, in, path, output, requirePath) -> {
            var meter = JqMeter.current();
            meter.step();
            PathOutput counted = (value, at) -> {
                meter.steps(1 + value.size() / ELEMENTS_PER_STEP);
                boundIndex(meter, at);
                output.emit(value, at);
            };
            original.apply(scope, in, path, counted, requirePath);
        };
    }

    private static void boundIndex(JqMeter meter, Path path) {
        if (path instanceof ArrayIndexPath index) {
            meter.elements(index.index.asDouble());
        }
    }

    private static Expression collecting(Expression elements) {
        return (scope, in, path, output, requirePath) -> {
            var meter = JqMeter.current();
            meter.step();
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            elements.apply(
                    scope,
                    in,
                    null,
                    (PathOutput) (value, at) -> {
                        meter.step();
                        meter.elements(array.size() + 2.0);
                        array.add(value);
                    },
                    false);
            meter.weight(array);
            output.emit(array, null);
        };
    }

    /** The library's negation goes through a double. */
    private static Expression negating(Expression operand) {
        return (scope, in, path, output, requirePath) -> {
            JqMeter.current().step();
            operand.apply(
                    scope, in, null, (PathOutput) (value, at) -> output.emit(JqArithmetic.negated(value), null), false);
        };
    }

    /** The library copies the value for each path without evaluating anything in between. */
    private static Expression assigning(Expression target, Expression source) {
        return (scope, in, path, output, requirePath) -> {
            var meter = JqMeter.current();
            meter.step();
            source.apply(scope, in, value -> {
                List<Path> paths = new ArrayList<>();
                target.apply(
                        scope,
                        in,
                        RootPath.getInstance(),
                        (PathOutput) (old, at) -> {
                            if (at == null) {
                                throw new JsonQueryException("Invalid path expression with result %s", old);
                            }
                            meter.step();
                            meter.elements(paths.size() + 1.0);
                            paths.add(at);
                        },
                        true);
                JsonNode changed = in;
                for (Path at : paths) {
                    meter.look();
                    changed = at.mutate(changed, old -> value);
                }
                meter.weight(changed);
                output.emit(changed, null);
            });
        };
    }

    private static Expression operand(Class<?> type, String name, Expression holder) {
        try {
            Field field = type.getDeclaredField(name);
            field.setAccessible(true);
            return (Expression) field.get(holder);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the jq library's " + type + " cannot be metered", e);
        }
    }

    private void visit(Object holder) {
        if (!holder.getClass().getName().startsWith(LIBRARY) || !seen.add(holder)) {
            return;
        }
        for (Class<?> type = holder.getClass(); type != Object.class; type = type.getSuperclass()) {
            for (Field field : type.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
                    visit(field, holder);
                }
            }
        }
    }

    private void visit(Field field, Object holder) {
        try {
            field.setAccessible(true);
            Object value = field.get(holder);
            Object replaced = replaced(value);
            if (replaced != value) {
                field.set(holder, replaced);
            }
        } catch (IllegalAccessException e) {
            throw new IllegalStateException("the jq library's " + field + " cannot be metered", e);
        }
    }

    private Object replaced(Object value) {
        return switch (value) {
            case null -> null;
            case Enum<?> constant -> constant;
            case Expression expression -> replacement(expression);
            case BinaryOperator operator -> new JqArithmetic(operator);
            case List<?> list -> replaced(list);
            default -> {
                visit(value);
                yield value;
            }
        };
    }

    private List<Object> replaced(List<?> list) {
        List<Object> replaced = new ArrayList<>(list.size());
        list.forEach(element -> replaced.add(replaced((Object) element)));
        return replaced;
    }
}
