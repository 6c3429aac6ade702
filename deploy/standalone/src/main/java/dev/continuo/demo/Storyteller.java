package dev.continuo.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.embedded.sample.SampleQuestion;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The model of the sample provider: it can outline one kind of story, and write a story from any outline. */
final class Storyteller implements Function<SampleQuestion, SampleAnswer> {
    private static final Pattern TOPIC = Pattern.compile("about (.+)\\.");
    private static final Pattern POINT = Pattern.compile("[0-9]\\. ([^\\n]+)");

    private final String key;

    /** @param key that opens the provider */
    Storyteller(String key) {
        this.key = key;
    }

    @Override
    public SampleAnswer apply(SampleQuestion question) {
        if (question.header("x-api-key").filter(key::equals).isEmpty()) {
            return refusal(401, "authentication_error", "invalid x-api-key");
        }
        String asked = question.lastUserText();
        return switch (question.body().path("system").asText()) {
            case "You outline stories." -> {
                Matcher topic = TOPIC.matcher(asked);
                yield topic.find()
                        ? new SampleAnswer.Text(outline(topic.group(1)))
                        : refusal(400, "invalid_request_error", "A story is about something");
            }
            case "You write stories." -> new SampleAnswer.Text(story(asked));
            default -> refusal(400, "invalid_request_error", "This model only outlines and writes stories");
        };
    }

    static String outline(String topic) {
        return """
                1. Every evening %s counts the ships that pass.
                2. One evening a ship is missing, and nobody else has noticed.
                3. A small boat goes out into the dark, with a lamp at its bow.
                4. At dawn all the ships are counted again, and the number is right.""".formatted(topic);
    }

    static String story(String outline) {
        return POINT.matcher(outline)
                .results()
                .map(point -> point.group(1))
                .collect(Collectors.joining(" ", "Once upon a time. ", " The end."));
    }

    private static SampleAnswer refusal(int status, String type, String message) {
        ObjectNode body = JsonNodeFactory.instance.objectNode().put("type", "error");
        body.putObject("error").put("type", type).put("message", message);
        return new SampleAnswer.Status(status, Map.of(), body.toString());
    }
}
