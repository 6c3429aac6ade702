package dev.continuo.definition.agents;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.DefinitionCompiler;
import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.Limits;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Segment;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.model.Dialect;
import dev.continuo.secret.Sealer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Makes a plan of an agent: its nodes one after the other, up to the first return. Safe for any thread.
 *
 * <ul>
 *   <li>A {@code {key}} is the result of the latest node before that has this {@code output}, or else the variable of
 *       that name, which the run's input may have overwritten (agents: templating).
 *   <li>{@code apikey} and {@code config} stay as they are written: whoever executes the node puts the secrets in.
 *   <li>An agent without a return completes with no output.
 * </ul>
 */
public final class AgentCompiler implements DefinitionCompiler {
    public static final String PROMPT = "AGENT_PROMPT";
    public static final String MCP = "AGENT_MCP";
    public static final String RETURN = "AGENT_RETURN";

    /** The member of a prompt's or an MCP node's output that its variable stands for. */
    public static final String RESULT = "result";

    /** Models are busy for seconds or minutes, and then answer. */
    static final RetryPolicy RETRY = new RetryPolicy(
            3,
            RetryPolicy.Backoff.EXPONENTIAL,
            Duration.ofSeconds(2),
            1,
            Optional.of(Duration.ofMinutes(1)),
            Duration.ofSeconds(1));

    static final Duration PROMPT_LIMIT = Duration.ofMinutes(10);
    static final Duration MCP_LIMIT = Duration.ofMinutes(30);

    /** Whether tasks of this type are nodes that a worker executes. */
    public static boolean executes(String type) {
        return type.equals(PROMPT) || type.equals(MCP);
    }

    private final Limits templates;

    /** @param templates what the templates of a node may cost; not less than when the document was validated */
    public AgentCompiler(Limits templates) {
        this.templates = templates;
    }

    /** The references of the nodes that are executed, in their order. */
    public static List<String> references(JsonNode document) {
        return AgentNode.references(AgentNode.chain(document));
    }

    @Override
    public Plan compile(UUID definitionId, UUID revisionId, JsonNode document) {
        List<AgentNode> chain = AgentNode.chain(document);
        if (chain.isEmpty()) {
            throw new IllegalArgumentException("Revision " + revisionId + " is an agent without nodes");
        }
        Chain compiled = new Chain(revisionId, chain);
        chain.forEach(compiled::add);
        ObjectNode none = JsonNodeFactory.instance.objectNode();
        Plan.Traits traits = new Plan.Traits(
                Optional.of(compiled.template(none)),
                document.path("variables").isObject() ? document.path("variables") : none,
                false,
                true,
                Dynamics.NONE,
                false,
                document,
                Map.of(),
                Map.of());
        return new Plan(
                Dialect.AGENTS,
                definitionId,
                revisionId,
                document.path("name").asText(),
                compiled.nodes,
                0,
                Optional.empty(),
                Plan.OnRunTimeout.TIME_OUT,
                compiled.remembered,
                traits);
    }

    private final class Chain {
        private final UUID revisionId;
        private final List<AgentNode> chain;
        private final List<String> references;
        private final List<Node> nodes = new ArrayList<>();
        private final Set<String> remembered = new HashSet<>();
        /** By the variable that it sets: the node that has set it last. */
        private final Map<String, String> setters = new HashMap<>();

        private Chain(UUID revisionId, List<AgentNode> chain) {
            this.revisionId = revisionId;
            this.chain = chain;
            this.references = AgentNode.references(chain);
        }

        private void add(AgentNode node) {
            switch (node) {
                case AgentNode.Prompt prompt -> {
                    Node.Common common = common(prompt, PROMPT, prompt.texts(), prompt.settings(), PROMPT_LIMIT);
                    nodes.add(new Node.Work(common));
                    setters.put(prompt.output(), common.ref());
                }
                case AgentNode.Mcp mcp -> {
                    Node.Common common = common(mcp, MCP, mcp.texts(), mcp.settings(), MCP_LIMIT);
                    nodes.add(new Node.Work(common));
                    setters.put(mcp.output(), common.ref());
                }
                case AgentNode.Return end -> nodes.add(new Node.Terminate(ending(end)));
            }
        }

        private Node.Common common(AgentNode node, String type, ObjectNode texts, ObjectNode settings, Duration limit) {
            TimePolicy time =
                    new TimePolicy(Duration.ZERO, Optional.of(limit), TimePolicy.OnTimeout.RETRY, Optional.empty());
            Set<String> sealed = new HashSet<>();
            collectSealed(settings, sealed);
            return new Node.Common(
                    nodes.size(),
                    references.get(nodes.size()),
                    type,
                    template(texts),
                    Set.of(),
                    Set.copyOf(sealed),
                    nodes.size() + 1 < chain.size() ? new Successor.Next(nodes.size() + 1) : new Successor.EndOfRun(),
                    RETRY,
                    time,
                    false,
                    false,
                    node.name(),
                    settings,
                    JsonNodeFactory.instance.objectNode());
        }

        private Node.Common ending(AgentNode.Return end) {
            ObjectNode input = JsonNodeFactory.instance.objectNode();
            ObjectNode output = input.putObject("workflowOutput");
            // Keys need not be names that a template can mention.
            Map<String, String> keys = new HashMap<>();
            for (String key : end.keys()) {
                String stand = "key" + keys.size();
                keys.put(stand, key);
                output.put(key, "{" + stand + "}");
            }
            return new Node.Common(
                    nodes.size(),
                    references.get(nodes.size()),
                    RETURN,
                    template(input, stand -> referring(keys.get(stand.root()), stand)),
                    Set.of(),
                    Set.of(),
                    new Successor.EndOfRun(),
                    RetryPolicy.NEVER,
                    TimePolicy.NONE,
                    false,
                    false,
                    end.name(),
                    JsonNodeFactory.instance.objectNode(),
                    JsonNodeFactory.instance.objectNode());
        }

        private Template template(ObjectNode texts) {
            return template(texts, key -> referring(key.root(), key));
        }

        private Template template(ObjectNode texts, UnaryOperator<Reference> referring) {
            return switch (Template.parse(texts, Syntax.BRACE, templates)) {
                case ParseResult.Parsed(Template template) -> template.referring(referring);
                case ParseResult.Faults(List<ParseResult.Fault> faults) ->
                    throw new IllegalArgumentException(
                            "Revision " + revisionId + ", node " + nodes.size() + ": " + faults);
            };
        }

        private Reference referring(String key, Reference written) {
            Optional<String> setter = Optional.ofNullable(setters.get(key));
            setter.ifPresent(remembered::add);
            return new Reference(
                    setter.orElse(Reference.WORKFLOW),
                    setter.isPresent() ? Property.Known.OUTPUT : Property.Known.VARIABLES,
                    List.of(new Segment.Name(setter.isPresent() ? RESULT : key)),
                    "{" + key + "}",
                    written.at());
        }

        private static void collectSealed(JsonNode value, Set<String> texts) {
            if (value instanceof TextNode text && Sealer.sealed(text.textValue())) {
                texts.add(text.textValue());
            }
            value.forEach(child -> collectSealed(child, texts));
        }
    }
}
