package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;

/** One rendering of a template; counts what it produces so that a small template cannot grow without bound. */
final class Renderer {

    private static final class Refusal extends Exception {
        private final transient RenderResult result;

        private Refusal(RenderResult result) {
            super(null, null, false, false);
            this.result = result;
        }
    }

    private final Scope scope;
    private final Missing missing;
    private final Limits limits;
    private final QuerySteps steps;
    private int left;

    Renderer(Scope scope, Missing missing, Limits limits) {
        this.scope = scope;
        this.missing = missing;
        this.limits = limits;
        this.steps = new QuerySteps(limits.maxQuerySteps());
        this.left = limits.maxRenderedChars();
    }

    RenderResult render(TemplateNode root) {
        try {
            return new RenderResult.Rendered(node(root));
        } catch (Refusal refusal) {
            return refusal.result;
        }
    }

    private JsonNode node(TemplateNode node) throws Refusal {
        return switch (node) {
            case TemplateNode.Constant(var value) -> spent(value);
            case TemplateNode.Value(var lookup) -> value(lookup);
            case TemplateNode.Text text -> text(text);
            case TemplateNode.Members members -> members(members);
            case TemplateNode.Elements elements -> elements(elements);
        };
    }

    private ObjectNode members(TemplateNode.Members members) throws Refusal {
        spend(2);
        var object = JsonNodeFactory.instance.objectNode();
        for (var member : members.members()) {
            spend(member.name().length() + 4L);
            object.set(member.name(), node(member.value()));
        }
        return object;
    }

    private ArrayNode elements(TemplateNode.Elements elements) throws Refusal {
        spend(2);
        var array = JsonNodeFactory.instance.arrayNode(elements.elements().size());
        for (var element : elements.elements()) {
            spend(1);
            array.add(node(element));
        }
        return array;
    }

    private JsonNode value(Lookup lookup) throws Refusal {
        var value = resolve(lookup);
        return value.isMissingNode() ? spent(NullNode.getInstance()) : spent(value);
    }

    private TextNode text(TemplateNode.Text text) throws Refusal {
        spend(2);
        var rendered = new StringBuilder();
        for (var piece : text.pieces()) {
            switch (piece) {
                case TemplateNode.Literal(var literal) -> append(rendered, literal);
                case TemplateNode.Embedded(var lookup) -> embed(rendered, resolve(lookup));
            }
        }
        return TextNode.valueOf(rendered.toString());
    }

    private void embed(StringBuilder rendered, JsonNode value) throws Refusal {
        switch (value.getNodeType()) {
            case STRING -> append(rendered, value.textValue());
            case NUMBER -> append(rendered, JsonText.plainNumber(value));
            case OBJECT, ARRAY -> {
                if (JsonText.size(value, left) > left) {
                    throw tooLarge();
                }
                append(rendered, value.toString());
            }
            case NULL, MISSING -> append(rendered, missing == Missing.NULL_WORD ? "null" : "");
            case BOOLEAN, BINARY, POJO -> append(rendered, value.asText());
        }
    }

    private JsonNode resolve(Lookup lookup) throws Refusal {
        return switch (lookup) {
            case Lookup.Plain(var reference) -> resolve(reference);
            case Lookup.Queried(var reference, var query) -> queried(reference, query);
            case Lookup.Late late -> resolve(read(late));
            case Lookup.Unreadable(var reference) -> found(reference, MissingNode.getInstance());
        };
    }

    private JsonNode queried(Reference reference, Query query) throws Refusal {
        try {
            return found(reference, query.on(scope.resolve(reference), steps));
        } catch (QuerySteps.Exceeded exceeded) {
            throw new Refusal(new RenderResult.Refused(
                    reference, "its query takes more than " + limits.maxQuerySteps() + " steps"));
        }
    }

    private Lookup read(Lookup.Late late) throws Refusal {
        var inside = new StringBuilder();
        for (var part : late.parts()) {
            switch (part) {
                case Lookup.Fixed(var text) -> inside.append(text);
                case Lookup.Given(var lookup, var quoted) -> {
                    var given = new StringBuilder();
                    embed(given, resolve(lookup));
                    inside.append(quoted ? ReferenceParser.escaped(given) : given);
                }
            }
        }
        try {
            return new ReferenceParser(
                            inside.toString(),
                            late.reference().text(),
                            late.reference().at(),
                            limits)
                    .parse();
        } catch (TextParser.Malformed malformed) {
            throw new Refusal(new RenderResult.Refused(late.reference(), malformed.getMessage()));
        }
    }

    private JsonNode resolve(Reference reference) throws Refusal {
        return found(reference, scope.resolve(concrete(reference)));
    }

    private JsonNode found(Reference reference, JsonNode value) throws Refusal {
        if (value.isMissingNode() && missing == Missing.REFUSE) {
            throw new Refusal(new RenderResult.Unresolved(reference));
        }
        return value;
    }

    private Reference concrete(Reference reference) throws Refusal {
        if (reference.path().stream().noneMatch(Segment.Computed.class::isInstance)) {
            return reference;
        }
        var path = new ArrayList<Segment>();
        for (var segment : reference.path()) {
            path.add(segment instanceof Segment.Computed(var inner) ? concrete(resolve(inner)) : segment);
        }
        return new Reference(reference.root(), reference.property(), path, reference.text(), reference.at());
    }

    private static Segment concrete(JsonNode step) {
        return step.isInt() ? new Segment.Index(step.intValue()) : new Segment.Name(step.asText());
    }

    private void append(StringBuilder rendered, String text) throws Refusal {
        spend(text.length());
        rendered.append(text);
    }

    private JsonNode spent(JsonNode value) throws Refusal {
        spend(JsonText.size(value, left));
        return value;
    }

    private void spend(long chars) throws Refusal {
        if (chars > left) {
            throw tooLarge();
        }
        left -= (int) chars;
    }

    private Refusal tooLarge() {
        return new Refusal(new RenderResult.TooLarge(limits.maxRenderedChars()));
    }
}
