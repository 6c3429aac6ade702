package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

/** An answer that ought to be JSON. Models like to put it into a code fence. */
sealed interface JsonAnswer {
    record Json(JsonNode value) implements JsonAnswer {}

    /** @param why for people */
    record NoJson(String why) implements JsonAnswer {}

    String FENCE = "```";

    ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static JsonAnswer read(String text) {
        String json = unfenced(text.strip());
        if (json.isBlank()) {
            return new NoJson("it is empty");
        }
        try {
            return new Json(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            return new NoJson(e.getOriginalMessage().replaceAll("\\s+", " "));
        }
    }

    /** Without a pattern: a model can be brought to write a text on which one would go back and forth for hours. */
    private static String unfenced(String text) {
        int line = text.indexOf('\n');
        boolean fenced = text.startsWith(FENCE)
                && line >= FENCE.length()
                && text.length() >= line + 1 + FENCE.length()
                && text.endsWith(FENCE)
                && text.substring(FENCE.length(), line).strip().chars().allMatch(JsonAnswer::isLetter);
        return fenced ? text.substring(line + 1, text.length() - FENCE.length()) : text;
    }

    private static boolean isLetter(int c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    }
}
