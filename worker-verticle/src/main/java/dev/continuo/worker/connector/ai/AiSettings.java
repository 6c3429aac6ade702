package dev.continuo.worker.connector.ai;

import java.time.Duration;
import java.util.Optional;

/**
 * Where the models are.
 *
 * @param silence how long a provider may send nothing
 */
public record AiSettings(Service claude, Service openai, Service replicate, Duration silence) {
    public static final Duration DEFAULT_SILENCE = Duration.ofSeconds(120);

    /**
     * @param baseUrl without a slash at its end
     * @param key for tasks that bring none
     */
    public record Service(String baseUrl, Optional<String> key) {
        public Service {
            baseUrl = baseUrl.replaceAll("/+$", "");
        }

        /** Without the key. */
        @Override
        public String toString() {
            return baseUrl + (key.isPresent() ? " with a key" : " without a key");
        }
    }

    /** The public services, without keys. */
    public static final AiSettings DEFAULTS = new AiSettings(
            new Service("https://api.anthropic.com", Optional.empty()),
            new Service("https://api.openai.com/v1", Optional.empty()),
            new Service("https://api.replicate.com", Optional.empty()),
            DEFAULT_SILENCE);
}
