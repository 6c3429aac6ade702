package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.InvalidInput;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The providers of a worker by their names. */
public final class Providers {
    /** What users of other systems call them. */
    private static final Map<String, String> ALIASES = Map.of("anthropic", "claude");

    private static final int MAX_CHARS = 50;

    private final Map<String, ModelProvider> byName;

    public Providers(List<ModelProvider> providers) {
        this.byName = providers.stream().collect(Collectors.toUnmodifiableMap(ModelProvider::name, one -> one));
    }

    /** All that there are, counted. */
    public static Providers of(AiTools tools, MeterRegistry registry) {
        Stream<ModelProvider> all =
                Stream.of(new AnthropicProvider(tools), new OpenAiProvider(tools), new ReplicateProvider(tools));
        return new Providers(all.<ModelProvider>map(provider -> new MeteredProvider(provider, registry))
                .toList());
    }

    /** Upper and lower case are the same; {@code anthropic} is {@code claude}. */
    public Optional<ModelProvider> find(String name) {
        String plain = name.strip().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(byName.get(ALIASES.getOrDefault(plain, plain)));
    }

    /**
     * @param member of the input that holds the name, for the message
     * @throws InvalidInput when there is none, with those that there are
     */
    public ModelProvider named(String name, String member) {
        return find(name)
                .orElseThrow(() -> new InvalidInput(member + " is "
                        + (name.isBlank() ? "empty" : "\"" + shown(name) + "\"") + ", but must be one of " + known()));
    }

    /** All names, sorted, for people. */
    public String known() {
        return Stream.concat(byName.keySet().stream(), ALIASES.keySet().stream())
                .sorted()
                .collect(Collectors.joining(", "));
    }

    private static String shown(String name) {
        return name.length() > MAX_CHARS ? name.substring(0, MAX_CHARS) + "…" : name;
    }
}
