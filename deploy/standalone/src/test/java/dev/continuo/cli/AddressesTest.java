package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressesTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.0.0.9, true",
        "::1, true",
        "localhost, true",
        "0.0.0.0, false",
        "::, false",
        "192.168.1.10, false",
        "no-such-host.invalid, false"
    })
    void onlyLoopbackIsOfThisMachineAlone(String host, boolean alone) {
        assertThat(Addresses.ofThisMachineAlone(values(host))).isEqualTo(alone);
    }

    private static SettingValues values(String host) {
        return switch (SettingValues.read(
                setting -> setting == Setting.HOST ? Optional.of(host) : Optional.empty(), Set.of())) {
            case SettingValues.Accepted(SettingValues values) -> values;
            case SettingValues.Refused refused -> throw new AssertionError(refused);
        };
    }
}
