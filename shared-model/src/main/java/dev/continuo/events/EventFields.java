package dev.continuo.events;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.secret.SealedTexts;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/** The members of one event, read as what they must be. A member that is null counts as missing. */
final class EventFields {
    private static final int MAX_NAME = 255;
    private static final int UUID_LENGTH = 36;

    private final ObjectNode object;

    EventFields(ObjectNode object) {
        this.object = object;
    }

    /** Ends the reading of one event; does not leave {@link EventCodec}. */
    static final class Malformed extends RuntimeException {
        Malformed(String member, String expected) {
            super("`" + member + "` must be " + expected, null, false, false);
        }
    }

    UUID uuid(String member) {
        return optionalUuid(member).orElseThrow(() -> new Malformed(member, "a UUID"));
    }

    Optional<UUID> optionalUuid(String member) {
        return present(member).map(node -> {
            String text = node.textValue();
            // UUID.fromString also takes shortened groups.
            if (text == null || text.length() != UUID_LENGTH) {
                throw new Malformed(member, "a UUID");
            }
            try {
                return UUID.fromString(text);
            } catch (IllegalArgumentException e) {
                throw new Malformed(member, "a UUID");
            }
        });
    }

    String text(String member) {
        return optionalText(member).orElseThrow(() -> new Malformed(member, "a string"));
    }

    Optional<String> optionalText(String member) {
        return present(member).map(node -> {
            if (!node.isTextual()) {
                throw new Malformed(member, "a string");
            }
            return node.textValue();
        });
    }

    String name(String member) {
        return optionalName(member).orElseThrow(() -> new Malformed(member, nameRule()));
    }

    Optional<String> optionalName(String member) {
        Optional<String> name = optionalText(member);
        if (name.isPresent() && (name.get().isEmpty() || name.get().length() > MAX_NAME)) {
            throw new Malformed(member, nameRule());
        }
        return name;
    }

    int integer(String member, int least, int greatest) {
        return optionalInteger(member, least, greatest)
                .orElseThrow(() -> new Malformed(member, integerRule(least, greatest)));
    }

    OptionalInt optionalInteger(String member, int least, int greatest) {
        Optional<JsonNode> node = present(member);
        if (node.isEmpty()) {
            return OptionalInt.empty();
        }
        JsonNode number = node.get();
        boolean whole = number.isIntegralNumber() && number.canConvertToInt();
        if (!whole || number.intValue() < least || number.intValue() > greatest) {
            throw new Malformed(member, integerRule(least, greatest));
        }
        return OptionalInt.of(number.intValue());
    }

    boolean flag(String member, boolean missing) {
        return present(member)
                .map(node -> {
                    if (!node.isBoolean()) {
                        throw new Malformed(member, "true or false");
                    }
                    return node.booleanValue();
                })
                .orElse(missing);
    }

    Instant instant(String member) {
        try {
            return Instant.parse(text(member));
        } catch (DateTimeException e) {
            throw new Malformed(member, "a date and time in UTC, as in 2026-01-31T08:15:30Z");
        }
    }

    /** An empty object when missing. What looks sealed is refused, as it is over HTTP. */
    JsonNode object(String member) {
        return present(member)
                .map(node -> {
                    if (!node.isObject()) {
                        throw new Malformed(member, "an object");
                    }
                    if (!SealedTexts.in(node).isEmpty()) {
                        throw new Malformed(member, "acceptable: " + SealedTexts.REFUSAL);
                    }
                    return node;
                })
                .orElseGet(JsonNodeFactory.instance::objectNode);
    }

    <E extends Enum<E>> E choice(String member, E[] choices) {
        String text = text(member);
        return Arrays.stream(choices)
                .filter(choice -> choice.name().equals(text))
                .findFirst()
                .orElseThrow(() -> new Malformed(member, "one of " + Arrays.toString(choices)));
    }

    private Optional<JsonNode> present(String member) {
        return Optional.ofNullable(object.get(member)).filter(node -> !node.isNull());
    }

    private static String nameRule() {
        return "a string of 1 to " + MAX_NAME + " characters";
    }

    private static String integerRule(int least, int greatest) {
        return "a whole number from " + least + " to " + greatest;
    }
}
