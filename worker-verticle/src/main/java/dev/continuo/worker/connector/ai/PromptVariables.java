package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Puts {@code promptVariables} into a prompt: {@code ${name}} (conductor: AI tasks). What is no text or number is JSON, and
 * a name that there is not stays as it is. Values are put in once: what looks like a variable in a value is text.
 */
final class PromptVariables {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([^{}]*)}");

    private PromptVariables() {}

    static String putInto(String prompt, JsonNode variables) {
        return VARIABLE.matcher(prompt).replaceAll(found -> {
            JsonNode value = variables.path(found.group(1));
            String shown = value.isMissingNode() || value.isNull()
                    ? found.group()
                    : value.isValueNode() ? value.asText() : value.toString();
            return Matcher.quoteReplacement(shown);
        });
    }
}
