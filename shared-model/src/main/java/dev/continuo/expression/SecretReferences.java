package dev.continuo.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * {@code ${workflow.secrets.NAME}} and {@code ${workflow.env.NAME}}, each also with a path into the value ({@code
 * .NAME.user}). {@link Syntax#CONDUCTOR} leaves them as text in what it renders and so in what is stored; they are
 * replaced in what a worker gets (conductor: expressions).
 *
 * <p>A rendered value may hold such a text because the caller of the run, or a worker, wrote it there. Only the
 * references that the definition itself mentions, at the same place, may be replaced: collect them with {@link #in} from
 * its input parameters.
 */
public final class SecretReferences {

    public enum Kind {
        SECRET("${workflow.secrets."),
        ENVIRONMENT("${workflow.env.");

        private final String prefix;

        Kind(String prefix) {
            this.prefix = prefix;
        }
    }

    /**
     * @param text the whole reference
     * @param at where in the tree, as a JSON pointer
     */
    public record Mention(Kind kind, String name, String text, String at) {}

    /** A place in a tree; it is written out only where something is mentioned. */
    private record Spot(Optional<Spot> parent, String name) {
        static final Spot ROOT = new Spot(Optional.empty(), "");

        Spot in(String member) {
            return new Spot(Optional.of(this), member);
        }

        String pointer() {
            return parent.map(above ->
                            above.pointer() + "/" + name.replace("~", "~0").replace("/", "~1"))
                    .orElse("");
        }
    }

    /** Longest reference, in UTF-16 units. */
    private static final int MAX_CHARS = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private static final class TooLarge extends Exception {
        private TooLarge() {
            super(null, null, false, false);
        }
    }

    private SecretReferences() {}

    /** Quick, and never false when {@link #in} finds something. */
    public static boolean mentioned(JsonNode tree) {
        if (tree.isTextual()) {
            return tree.textValue().contains("${workflow.");
        }
        for (JsonNode child : tree) {
            if (mentioned(child)) {
                return true;
            }
        }
        return false;
    }

    /**
     * What the strings of a tree mention, in the order of the tree. {@code $${workflow.secrets.NAME}} is no mention,
     * nor is a reference whose name other references give.
     */
    public static Set<Mention> in(JsonNode tree) {
        var mentions = new LinkedHashSet<Mention>();
        collect(tree, Spot.ROOT, mentions);
        return mentions;
    }

    private static void collect(JsonNode tree, Spot spot, Set<Mention> mentions) {
        if (tree.isTextual()) {
            var text = tree.textValue();
            for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", at + 2)) {
                if (at == 0 || text.charAt(at - 1) != '$') {
                    mention(text, at, spot).ifPresent(mentions::add);
                }
            }
        }
        tree.properties().forEach(member -> collect(member.getValue(), spot.in(member.getKey()), mentions));
        if (tree.isArray()) {
            int index = 0;
            for (JsonNode element : tree) {
                collect(element, spot.in(Integer.toString(index++)), mentions);
            }
        }
    }

    /**
     * The tree with its references replaced, as far as they may be and there is a value. A string that is one reference
     * takes the value with its JSON type; inside a longer string objects and arrays are compact JSON text, null is the
     * word. A path into a value that is a text reads the text as JSON; a path that finds nothing gives null. All other
     * references stay as they are. What is unchanged is shared with the given tree, which is left as it is.
     *
     * @param replaceable usually whether it is one of those that the definition mentions
     * @param secrets from the name to the value
     * @param environment from the name to the value; never the environment of this process
     * @return rendered, or too large
     */
    public static RenderResult replaced(
            JsonNode tree,
            Predicate<Mention> replaceable,
            Function<String, Optional<JsonNode>> secrets,
            Function<String, Optional<JsonNode>> environment,
            Limits limits) {
        var replacement = new Replacement(replaceable, secrets, environment, limits);
        try {
            return new RenderResult.Rendered(replacement.of(tree, Spot.ROOT));
        } catch (TooLarge tooLarge) {
            return new RenderResult.TooLarge(limits.maxRenderedChars());
        }
    }

    private static Optional<Mention> mention(String text, int at, Spot spot) {
        for (var kind : Kind.values()) {
            if (text.startsWith(kind.prefix, at)) {
                int name = at + kind.prefix.length();
                int end = name;
                int most = Math.min(text.length(), at + MAX_CHARS);
                // It stops at the next brace of either kind, so a text full of prefixes is still read once.
                while (end < most && text.charAt(end) != '}' && text.charAt(end) != '{') {
                    end++;
                }
                if (end == most || text.charAt(end) != '}' || end == name) {
                    return Optional.empty();
                }
                return Optional.of(new Mention(
                        kind, name(text.substring(name, end)), text.substring(at, end + 1), spot.pointer()));
            }
        }
        return Optional.empty();
    }

    private static String name(String inside) {
        int end = 0;
        while (end < inside.length() && ".[".indexOf(inside.charAt(end)) < 0) {
            end++;
        }
        return inside.substring(0, end);
    }

    private static final class Replacement {
        private final Predicate<Mention> replaceable;
        private final Function<String, Optional<JsonNode>> secrets;
        private final Function<String, Optional<JsonNode>> environment;
        private final Limits limits;
        private final QuerySteps steps;
        private long left;

        private Replacement(
                Predicate<Mention> replaceable,
                Function<String, Optional<JsonNode>> secrets,
                Function<String, Optional<JsonNode>> environment,
                Limits limits) {
            this.replaceable = replaceable;
            this.secrets = secrets;
            this.environment = environment;
            this.limits = limits;
            this.steps = new QuerySteps(limits.maxQuerySteps());
            this.left = limits.maxRenderedChars();
        }

        private JsonNode of(JsonNode tree, Spot spot) throws TooLarge {
            return switch (tree.getNodeType()) {
                case OBJECT -> members(tree, spot);
                case ARRAY -> elements(tree, spot);
                case STRING -> mentioned(tree) ? text(tree, spot) : spent(tree);
                case NUMBER, BOOLEAN, NULL, MISSING, BINARY, POJO -> spent(tree);
            };
        }

        private JsonNode members(JsonNode tree, Spot spot) throws TooLarge {
            spend(2);
            var object = JsonNodeFactory.instance.objectNode();
            boolean changed = false;
            for (var member : tree.properties()) {
                spend(member.getKey().length() + 4L);
                var value = of(member.getValue(), spot.in(member.getKey()));
                changed |= value != member.getValue();
                object.set(member.getKey(), value);
            }
            return changed ? object : tree;
        }

        private JsonNode elements(JsonNode tree, Spot spot) throws TooLarge {
            spend(2);
            var array = JsonNodeFactory.instance.arrayNode(tree.size());
            boolean changed = false;
            for (var element : tree) {
                spend(1);
                var value = of(element, spot.in(Integer.toString(array.size())));
                changed |= value != element;
                array.add(value);
            }
            return changed ? array : tree;
        }

        private JsonNode spent(JsonNode value) throws TooLarge {
            spend(JsonText.size(value, left));
            return value;
        }

        private JsonNode text(JsonNode tree, Spot spot) throws TooLarge {
            var text = tree.textValue();
            var replaced = new StringBuilder();
            int position = 0;
            for (int at = text.indexOf("${"); at >= 0; at = text.indexOf("${", Math.max(position, at + 2))) {
                Optional<Mention> mention = mention(text, at, spot).filter(replaceable);
                Optional<JsonNode> value = mention.flatMap(this::value);
                if (value.isPresent()) {
                    int end = at + mention.get().text().length();
                    if (at == 0 && end == text.length()) {
                        return spent(value.get());
                    }
                    append(replaced, text.substring(position, at));
                    append(replaced, embedded(value.get()));
                    position = end;
                }
            }
            if (position == 0) {
                return spent(tree);
            }
            append(replaced, text.substring(position));
            return TextNode.valueOf(replaced.toString());
        }

        private Optional<JsonNode> value(Mention mention) {
            Optional<JsonNode> value =
                    switch (mention.kind()) {
                        case SECRET -> secrets.apply(mention.name());
                        case ENVIRONMENT -> environment.apply(mention.name());
                    };
            var rest = mention.text()
                    .substring(
                            mention.kind().prefix.length() + mention.name().length(),
                            mention.text().length() - 1);
            return rest.isEmpty() ? value : value.map(whole -> part(whole, rest, mention.text()));
        }

        private JsonNode part(JsonNode whole, String rest, String shown) {
            try {
                var root = whole.isTextual() ? JSON.readTree(whole.textValue()) : whole;
                return new ReferenceParser(rest, shown, Pointer.ROOT, limits)
                        .path()
                        .map(path -> found(root, path))
                        .filter(found -> !found.isMissingNode())
                        .orElseGet(JsonNodeFactory.instance::nullNode);
            } catch (JsonProcessingException | TextParser.Malformed | QuerySteps.Exceeded nothingThere) {
                return JsonNodeFactory.instance.nullNode();
            }
        }

        private JsonNode found(JsonNode root, ReferenceParser.Path path) {
            var reference = new Reference(Reference.WORKFLOW, Property.Whole.WHOLE, path.segments(), "", Pointer.ROOT);
            var found = reference.walk(root);
            return path.query().map(query -> query.on(found, steps)).orElse(found);
        }

        private static String embedded(JsonNode value) {
            return switch (value.getNodeType()) {
                case STRING -> value.textValue();
                case NUMBER -> JsonText.plainNumber(value);
                case OBJECT, ARRAY -> value.toString();
                case NULL, MISSING -> "null";
                case BOOLEAN, BINARY, POJO -> value.asText();
            };
        }

        private void append(StringBuilder replaced, String text) throws TooLarge {
            spend(text.length());
            replaced.append(text);
        }

        private void spend(long chars) throws TooLarge {
            left -= chars;
            if (left < 0) {
                throw new TooLarge();
            }
        }
    }
}
