package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An answer that ought to be JSON. Models like to put it into a code fence. */
sealed interface JsonAnswer {
    record Json(JsonNode value) implements JsonAnswer {}

    /** @param why for people */
    record NoJson(String why) implements JsonAnswer {}

    Pattern FENCE = Pattern.compile("```[A-Za-z]*\\s*\\n(.*?)\\n?\\s*```", Pattern.DOTALL);

    ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS, DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    static JsonAnswer read(String text) {
        String plain = text.strip();
        Matcher fence = FENCE.matcher(plain);
        String json = fence.matches() ? fence.group(1) : plain;
        if (json.isBlank()) {
            return new NoJson("it is empty");
        }
        try {
            return new Json(MAPPER.readTree(json));
        } catch (JsonProcessingException e) {
            return new NoJson(e.getOriginalMessage().replaceAll("\\s+", " "));
        }
    }
}
