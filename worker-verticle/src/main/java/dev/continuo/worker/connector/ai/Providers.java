package dev.continuo.worker.connector.ai;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The providers of a worker by their names. */
public final class Providers {
    /** What users of other systems call them. */
    private static final Map<String, String> ALIASES = Map.of("anthropic", "claude");

    private final Map<String, ModelProvider> byName;

    public Providers(List<ModelProvider> providers) {
        this.byName = providers.stream().collect(Collectors.toUnmodifiableMap(ModelProvider::name, one -> one));
    }

    /** All that there are. */
    public static Providers of(AiTools tools) {
        return new Providers(
                List.of(new AnthropicProvider(tools), new OpenAiProvider(tools), new ReplicateProvider(tools)));
    }

    /** Upper and lower case are the same; {@code anthropic} is {@code claude}. */
    public Optional<ModelProvider> find(String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(byName.get(ALIASES.getOrDefault(plain, plain)));
    }

    /** All names, sorted, for people. */
    public String known() {
        return byName.keySet().stream().sorted().collect(Collectors.joining(", "));
    }
}
