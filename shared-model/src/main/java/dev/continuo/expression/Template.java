package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A JSON value whose strings may hold references, parsed once and rendered often. Immutable; safe for any thread.
 *
 * <p>A string that is one reference takes the referenced value with its JSON type. A reference inside a longer string
 * renders strings as they are, numbers and booleans plainly, objects and arrays as compact JSON text. Names of members
 * are never templates. Parsing is linear in the size of the value, rendering in the size of the result.
 */
public final class Template {

    private final TemplateNode root;
    private final List<Reference> references;
    private final Limits limits;

    private Template(TemplateNode root, List<Reference> references, Limits limits) {
        this.root = root;
        this.references = List.copyOf(references);
        this.limits = limits;
    }

    public static ParseResult parse(JsonNode value, Syntax syntax, Limits limits) {
        var parser = new TemplateParser(syntax, limits);
        var root = parser.parse(value);
        return parser.faults().isEmpty()
                ? new ParseResult.Parsed(new Template(root, parser.references(), limits))
                : new ParseResult.Faults(parser.faults());
    }

    public static ParseResult parse(JsonNode value) {
        return parse(value, Syntax.DOLLAR, Limits.DEFAULT);
    }

    /** Every reference in the order of the document; one that computes a segment of another comes before it. */
    public List<Reference> references() {
        return references;
    }

    /** The tasks that the template names. When {@link #readsAnything()}, it may read others too. */
    public Set<String> taskRefs() {
        return references.stream()
                .filter(reference -> !reference.toWorkflow() && !reference.toTaskId() && !reference.toAnything())
                .map(Reference::root)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether a reference takes the name of its task from other references. */
    public boolean readsAnything() {
        return references.stream().anyMatch(Reference::toAnything);
    }

    /** The same template with other references in place of its own; for those without a query or a computed step. */
    public Template referring(UnaryOperator<Reference> other) {
        return new Template(
                new Referring(other).node(root), references.stream().map(other).toList(), limits);
    }

    public boolean constant() {
        return references.isEmpty();
    }

    public RenderResult render(Scope scope) {
        return render(scope, Missing.NOTHING);
    }

    /**
     * Objects and arrays of the template are built anew for every rendering, so the caller may change them; values that
     * the scope resolved are shared with it and must be left as they are.
     */
    public RenderResult render(Scope scope, Missing missing) {
        return new Renderer(scope, missing, limits).render(root);
    }
}
