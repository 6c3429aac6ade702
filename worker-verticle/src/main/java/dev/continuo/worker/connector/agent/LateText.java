package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.Limits;
import dev.continuo.expression.Missing;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Reference;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Scope;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import java.util.Map;
import java.util.Optional;

/**
 * Templates that are rendered only when a node is executed, because their values are secrets: {@code {key}} stands for a
 * variable of the run. Nothing that is rendered here may be stored or logged.
 */
public final class LateText {
    private final Map<String, String> variables;
    private final TaskLog log;

    /**
     * @param variables in plain text
     * @param log masks every value that is used from then on
     */
    public LateText(Map<String, String> variables, TaskLog log) {
        this.variables = Map.copyOf(variables);
        this.log = log;
    }

    /**
     * The value with each of its texts rendered.
     *
     * @param name of the member of the input, for messages
     * @throws InvalidInput when a text is no template, or names a variable that there is not
     */
    public JsonNode render(JsonNode value, String name) {
        return switch (Template.parse(value, Syntax.BRACE, Limits.DEFAULT)) {
            case ParseResult.Parsed(Template template) -> rendered(template, name);
            case ParseResult.Faults faults ->
                throw new InvalidInput(
                        name + " cannot be read: " + faults.faults().getFirst().message());
        };
    }

    /** The same for a text; empty when it is absent, or nothing but spaces is left of it. */
    public Optional<String> text(JsonNode value, String name) {
        if (value.isMissingNode() || value.isNull()) {
            return Optional.empty();
        }
        JsonNode rendered = render(value, name);
        if (!rendered.isTextual()) {
            throw new InvalidInput(name + " must be a text");
        }
        return Optional.of(rendered.textValue().strip()).filter(text -> !text.isEmpty());
    }

    private JsonNode rendered(Template template, String name) {
        return switch (template.render(scope(), Missing.REFUSE)) {
            case RenderResult.Rendered(JsonNode value) -> value;
            case RenderResult.TooLarge(int maxChars) ->
                throw new InvalidInput(name + " would be longer than " + maxChars + " characters");
            case RenderResult.Refused(Reference reference, String message) ->
                throw new InvalidInput(name + ": " + reference.text() + ": " + message);
            case RenderResult.Unresolved(Reference reference) ->
                throw new InvalidInput(name + " needs the variable " + reference.root() + ", which there is not");
        };
    }

    private Scope scope() {
        return reference -> {
            String value = variables.get(reference.root());
            if (value == null) {
                return MissingNode.getInstance();
            }
            log.hide(value);
            log.hide(value.strip());
            return TextNode.valueOf(value);
        };
    }
}
