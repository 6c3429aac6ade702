package dev.continuo.cli;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The options that every serving command has, made from {@link Setting}: flag, environment variable, default. */
final class SettingsOptions {
    private SettingsOptions() {}

    static void addTo(CommandSpec command) {
        for (Setting setting : Setting.values()) {
            command.addOption(OptionSpec.builder(setting.flag())
                    .paramLabel("VALUE")
                    .type(String.class)
                    .description(
                            setting.description(),
                            "May be " + setting.kind().allowed() + ".",
                            setting.fallback()
                                            .map(text -> "Default: " + text + ". ")
                                            .orElse("") + "Variable: " + setting.environmentVariable())
                    .build());
        }
    }

    /**
     * A flag counts more than a variable, a variable more than a default.
     *
     * @throws ParameterException with one line for each wrong value
     */
    static SettingValues read(CommandLine command, Environment environment, Set<Setting> required) {
        SettingValues.Reading reading = SettingValues.read(setting -> given(command, environment, setting), required);
        return switch (reading) {
            case SettingValues.Accepted accepted -> accepted.values();
            case SettingValues.Refused refused -> throw new ParameterException(command, lines(refused));
        };
    }

    static Optional<String> given(CommandLine command, Environment environment, Setting setting) {
        Optional<String> flag =
                Optional.ofNullable(command.getParseResult().matchedOptionValue(setting.flag(), (String) null));
        return flag.or(() -> environment.get(setting.environmentVariable()));
    }

    private static String lines(SettingValues.Refused refused) {
        return refused.refusals().stream()
                .map(SettingValues.Refusal::message)
                .collect(Collectors.joining(System.lineSeparator()));
    }
}
