package dev.continuo.engine;

import dev.continuo.engine.SettingKind.PostgresAddress;
import dev.continuo.engine.SettingKind.Secret;
import dev.continuo.engine.SettingKind.ServiceAddress;
import dev.continuo.engine.SettingKind.Size;
import dev.continuo.engine.SettingKind.Text;
import dev.continuo.engine.SettingKind.WholeNumber;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Settings as texts that have been checked one by one; those without a value and a default are absent. */
public final class SettingValues {
    private final Map<Setting, String> texts;

    private SettingValues(Map<Setting, String> texts) {
        this.texts = Collections.unmodifiableMap(texts);
    }

    /** What reading settings gives: all of them, or everything that is wrong with them. */
    public sealed interface Reading {}

    public record Accepted(SettingValues values) implements Reading {}

    public record Refused(List<Refusal> refusals) implements Reading {
        public Refused {
            refusals = List.copyOf(refusals);
        }
    }

    /** @param message for the person who wrote the value: names the flag, the variable and what is allowed */
    public record Refusal(Setting setting, String message) {}

    /**
     * @param source what was given for a setting, if anything was
     * @param required settings that must have a value here though they have no default
     */
    public static Reading read(Function<Setting, Optional<String>> source, Set<Setting> required) {
        Map<Setting, String> texts = new EnumMap<>(Setting.class);
        List<Refusal> refusals = new ArrayList<>();
        for (Setting setting : Setting.values()) {
            Optional<String> text = source.apply(setting).or(setting::fallback);
            if (text.isEmpty()) {
                if (required.contains(setting)) {
                    refusals.add(new Refusal(setting, name(setting) + " is not set: it must be " + allowed(setting)));
                }
            } else if (setting.kind().allows(text.get())) {
                texts.put(setting, text.get());
            } else {
                refusals.add(new Refusal(setting, name(setting) + given(setting, text.get()) + allowed(setting)));
            }
        }
        return refusals.isEmpty() ? new Accepted(new SettingValues(texts)) : new Refused(refusals);
    }

    /**
     * The same with another value.
     *
     * @throws IllegalArgumentException when the value is not allowed
     */
    public SettingValues with(Setting setting, String text) {
        if (!setting.kind().allows(text)) {
            throw new IllegalArgumentException(name(setting) + " must be " + allowed(setting));
        }
        Map<Setting, String> changed = new EnumMap<>(texts);
        changed.put(setting, text);
        return new SettingValues(changed);
    }

    public Optional<String> text(Setting setting) {
        return Optional.ofNullable(texts.get(setting));
    }

    /** @throws IllegalStateException when the setting is absent */
    String required(Setting setting) {
        return text(setting).orElseThrow(() -> new IllegalStateException(name(setting) + " is not set"));
    }

    /** A number, or a size in bytes. */
    public long number(Setting setting) {
        String text = required(setting);
        Optional<Long> number =
                switch (setting.kind()) {
                    case WholeNumber whole -> whole.parse(text);
                    case Size size -> size.parse(text);
                    case Text other -> Optional.empty();
                    case PostgresAddress other -> Optional.empty();
                    case ServiceAddress other -> Optional.empty();
                    case Secret other -> Optional.empty();
                };
        return number.orElseThrow(() -> new IllegalStateException(name(setting) + " is not a number"));
    }

    private static String name(Setting setting) {
        return setting.flag() + " (" + setting.environmentVariable() + ")";
    }

    private static String given(Setting setting, String text) {
        boolean mayHoldASecret =
                switch (setting.kind()) {
                    case PostgresAddress address -> true;
                    case ServiceAddress address -> true;
                    case Secret secret -> true;
                    case Text other -> false;
                    case WholeNumber other -> false;
                    case Size other -> false;
                };
        return (mayHoldASecret ? " is wrong" : " cannot be `" + text + "`") + ": it must be ";
    }

    private static String allowed(Setting setting) {
        return setting.kind().allowed();
    }
}
