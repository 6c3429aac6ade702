package dev.continuo.worker;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.Comparator;
import java.util.TreeSet;

/** Masks known values in text. The longest go first, so that a secret within another leaves nothing of it behind. */
final class Redactor {
    static final String MASK = "***";

    private static final int MAX_SECRETS = 200;
    /** Shorter values occur in any text by chance; they are masked only where they stand alone. */
    private static final int SHORT = 4;

    private final TreeSet<String> secrets =
            new TreeSet<>(Comparator.comparingInt(String::length).reversed().thenComparing(Comparator.naturalOrder()));

    void hide(String secret) {
        if (!secret.isBlank() && secrets.size() < MAX_SECRETS) {
            secrets.add(secret);
            String escaped = escaped(secret);
            if (!escaped.equals(secret)) {
                secrets.add(escaped);
            }
        }
    }

    String redact(String text) {
        String redacted = text;
        for (String secret : secrets) {
            redacted = secret.length() >= SHORT ? redacted.replace(secret, MASK) : standingAlone(redacted, secret);
        }
        return redacted;
    }

    /** The tree with every text redacted, names of members included, and numbers that are a secret. */
    JsonNode redact(JsonNode tree) {
        return switch (tree.getNodeType()) {
            case OBJECT -> {
                ObjectNode object = JsonNodeFactory.instance.objectNode();
                tree.properties().forEach(member -> object.set(redact(member.getKey()), redact(member.getValue())));
                yield object;
            }
            case ARRAY -> {
                ArrayNode array = JsonNodeFactory.instance.arrayNode(tree.size());
                tree.forEach(element -> array.add(redact(element)));
                yield array;
            }
            case STRING -> TextNode.valueOf(redact(tree.textValue()));
            case NUMBER -> secrets.contains(tree.asText()) ? TextNode.valueOf(MASK) : tree;
            case BOOLEAN, NULL, MISSING, BINARY, POJO -> tree;
        };
    }

    private static String standingAlone(String text, String secret) {
        StringBuilder out = new StringBuilder(text.length());
        int from = 0;
        for (int at = text.indexOf(secret); at >= 0; at = text.indexOf(secret, at + 1)) {
            int end = at + secret.length();
            boolean alone = (at == 0 || !Character.isLetterOrDigit(text.charAt(at - 1)))
                    && (end == text.length() || !Character.isLetterOrDigit(text.charAt(end)));
            if (alone && at >= from) {
                out.append(text, from, at).append(MASK);
                from = end;
            }
        }
        return out.append(text, from, text.length()).toString();
    }

    /** As it reads within JSON text. */
    private static String escaped(String secret) {
        return new String(JsonStringEncoder.getInstance().quoteAsString(secret));
    }
}
