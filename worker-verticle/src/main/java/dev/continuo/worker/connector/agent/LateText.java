package dev.continuo.worker.connector.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.expression.Limits;
import dev.continuo.expression.Missing;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Reference;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.Scope;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.secret.Sealer;
import dev.continuo.secret.UnsealFailure;
import dev.continuo.worker.connector.ConnectorTask;
import dev.continuo.worker.connector.InvalidInput;
import dev.continuo.worker.connector.TaskLog;
import dev.continuo.worker.connector.ai.ProviderFailure;
import io.vertx.core.Future;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Templates that are rendered only when a node is executed, because their values are secrets: {@code {key}} stands for a
 * variable of the run. A text that is sealed is a secret as a whole, and no template. Nothing that is rendered here may be
 * stored or logged.
 */
public final class LateText {
    private static final Logger LOG = LoggerFactory.getLogger(LateText.class);

    private final Map<String, String> variables;
    private final UnaryOperator<String> opener;
    private final TaskLog log;

    /**
     * @param variables in plain text
     * @param opener makes plain texts of sealed ones
     * @param log masks every value that is used from then on
     */
    LateText(Map<String, String> variables, UnaryOperator<String> opener, TaskLog log) {
        this.variables = Map.copyOf(variables);
        this.opener = opener;
        this.log = log;
    }

    /** Where nothing is sealed. */
    public LateText(Map<String, String> variables, TaskLog log) {
        this(variables, UnaryOperator.identity(), log);
    }

    /**
     * With the variables of the task's run. Fails with {@link InvalidInput} when they cannot be opened, with {@link
     * ProviderFailure} when they cannot be read now.
     */
    public static Future<LateText> of(RunVariables variables, ConnectorTask task, TaskLog log) {
        UnaryOperator<String> opener = text -> variables.opened(task.namespace(), text);
        return variables
                .of(task.namespace(), task.runId())
                .map(values -> new LateText(values, opener, log))
                .recover(failure -> {
                    if (failure instanceof UnsealFailure shut) {
                        return Future.failedFuture(new InvalidInput("A variable cannot be read: " + shut.getMessage()));
                    }
                    LOG.warn("The variables of run {} cannot be read", task.runId(), failure);
                    return Future.failedFuture(ProviderFailure.forNow("The variables cannot be read now"));
                });
    }

    /**
     * The value with each of its texts rendered.
     *
     * @param name of the member of the input, for messages
     * @throws InvalidInput when a text is no template, or names a variable that there is not
     */
    public JsonNode render(JsonNode value, String name) {
        return switch (value) {
            case ObjectNode object -> {
                ObjectNode rendered = JsonNodeFactory.instance.objectNode();
                object.properties().forEach(member -> rendered.set(member.getKey(), render(member.getValue(), name)));
                yield rendered;
            }
            case ArrayNode array -> {
                ArrayNode rendered = JsonNodeFactory.instance.arrayNode(array.size());
                array.forEach(element -> rendered.add(render(element, name)));
                yield rendered;
            }
            case TextNode text when Sealer.sealed(text.textValue()) -> opened(text.textValue(), name);
            default -> rendered(value, name);
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

    private JsonNode opened(String sealed, String name) {
        try {
            String plain = opener.apply(sealed);
            hide(plain);
            return TextNode.valueOf(plain);
        } catch (UnsealFailure e) {
            throw new InvalidInput(name + " cannot be read: " + e.getMessage());
        }
    }

    private JsonNode rendered(JsonNode text, String name) {
        return switch (Template.parse(text, Syntax.BRACE, Limits.DEFAULT)) {
            case ParseResult.Parsed(Template template) -> rendered(template, name);
            case ParseResult.Faults faults ->
                throw new InvalidInput(
                        name + " cannot be read: " + faults.faults().getFirst().message());
        };
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
            hide(value);
            return TextNode.valueOf(value);
        };
    }

    private void hide(String secret) {
        log.hide(secret);
        log.hide(secret.strip());
    }
}
