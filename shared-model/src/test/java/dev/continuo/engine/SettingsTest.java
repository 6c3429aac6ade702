package dev.continuo.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.engine.SettingValues.Accepted;
import dev.continuo.engine.SettingValues.Reading;
import dev.continuo.engine.SettingValues.Refused;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettingsTest {
    private static final Map<Setting, String> ADDRESSES = Map.of(
            Setting.POSTGRES_URL, "postgresql://ann:s%40f%3Ae+@db.example:6543/flows",
            Setting.KAFKA_BOOTSTRAP, "127.0.0.1:9092");

    @Test
    void defaultsFillWhatIsNotGiven() {
        Settings settings = accepted(ADDRESSES);
        assertThat(settings.http()).isEqualTo(new Settings.Http("127.0.0.1", 8080, 5 * 1024 * 1024, 1, 1_000));
        assertThat(settings.engine())
                .isEqualTo(new Settings.Engine(2, 20_000, 512, Duration.ofSeconds(60), Duration.ofSeconds(30)));
        assertThat(settings.kafka()).isEqualTo(new Settings.Kafka("127.0.0.1:9092", "continuo.", 8, 1));
        assertThat(settings.masterKeyFile()).isEmpty();
    }

    @Test
    void thePostgresAddressIsDecodedAndItsPasswordIsNotShown() {
        Settings.Postgres postgres = accepted(ADDRESSES).postgres();
        assertThat(postgres).isEqualTo(new Settings.Postgres("db.example", 6543, "ann", "s@f:e+", "flows"));
        assertThat(postgres.toString()).isEqualTo("postgresql://ann@db.example:6543/flows");
    }

    @ParameterizedTest
    @EnumSource
    void everyDefaultIsAllowed(Setting setting) {
        assertThat(setting.fallback().map(setting.kind()::allows).orElse(true)).isTrue();
        assertThat(setting.description()).endsWith(".");
    }

    @ParameterizedTest
    @CsvSource({
        "5 MiB, 5242880",
        "5MiB, 5242880",
        "2048 KiB, 2097152",
        "1024, 1024",
    })
    void sizesAreReadInBytesOrWithAUnit(String text, int bytes) {
        Map<Setting, String> given = new HashMap<>(ADDRESSES);
        given.put(Setting.MAX_BODY_BYTES, text);
        assertThat(accepted(given).http().maxBodyBytes()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @CsvSource({
        "PORT, 65536",
        "PORT, -1",
        "PORT, http",
        "PORT, ''",
        "PORT, 99999999999999999999",
        "LANES, 0",
        "LANES, 65",
        "LANES, 2.5",
        "LANE_QUEUE, 99",
        "BATCH_MAX, 10001",
        "LEASE_SECONDS, 1",
        "TOPIC_PREFIX, a b",
        "TOPIC_PREFIX, ''",
        "KAFKA_BOOTSTRAP, localhost",
        "KAFKA_BOOTSTRAP, 'a:1,'",
        "MAX_BODY_BYTES, 1023",
        "MAX_BODY_BYTES, 101 MiB",
        "MAX_BODY_BYTES, 5 MB",
        "SCRIPT_TIMEOUT_MS, 4s",
        "HOST, ''",
        "MASTER_KEY_FILE, ''",
    })
    void aWrongValueIsRefusedWithItsNamesAndWhatIsAllowed(Setting setting, String text) {
        Map<Setting, String> given = new HashMap<>(ADDRESSES);
        given.put(setting, text);
        assertThat(read(given)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.message())
                        .contains(setting.flag(), setting.environmentVariable(), "`" + text + "`")
                        .contains(setting.kind().allowed())));
    }

    @ParameterizedTest
    @CsvSource({
        "mysql://ann:secret@db/flows",
        "postgresql://ann:secret@db",
        "postgresql://ann:secret@db/",
        "postgresql://db/secret",
        "postgresql://ann:secret@db/flows?sslmode=off",
        "postgresql://ann:secret@db:65536/flows",
        "postgresql://ann:sec ret@db/flows",
        "secret",
    })
    void aWrongPostgresAddressIsRefusedWithoutBeingRepeated(String address) {
        Map<Setting, String> given = new HashMap<>(ADDRESSES);
        given.put(Setting.POSTGRES_URL, address);
        assertThat(read(given)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.message())
                        .contains("--postgres-url", "CONTINUO_POSTGRES_URL")
                        .doesNotContain("sec")));
    }

    @ParameterizedTest
    @CsvSource({
        "ANTHROPIC_API_KEY, sk secret",
        "OPENAI_API_KEY, sk-secret\u00fc",
        "REPLICATE_API_TOKEN, ''",
        "ANTHROPIC_BASE_URL, https://me:secret@host",
        "OPENAI_BASE_URL, https://host/v1?key=secret",
        "OPENAI_BASE_URL, ftp://secret",
        "REPLICATE_BASE_URL, secret",
        "REPLICATE_BASE_URL, http://secret:65536",
    })
    void aWrongKeyOrAddressOfAServiceIsRefusedWithoutBeingRepeated(Setting setting, String text) {
        Map<Setting, String> given = new HashMap<>(ADDRESSES);
        given.put(setting, text);
        assertThat(read(given)).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.message())
                        .contains(setting.flag(), setting.environmentVariable())
                        .doesNotContain("secret")));
    }

    @Test
    void modelsArePublicServicesWithoutKeysUnlessTheyAreConfigured() {
        assertThat(accepted(ADDRESSES).ai()).isEqualTo(Settings.Ai.DEFAULT);
        Map<Setting, String> given = new HashMap<>(ADDRESSES);
        given.put(Setting.OPENAI_BASE_URL, "http://127.0.0.1:11434/v1");
        given.put(Setting.OPENAI_API_KEY, "sk-secret");
        given.put(Setting.MODEL_SILENCE_SECONDS, "5");
        Settings settings = accepted(given);
        assertThat(settings.ai().openai())
                .isEqualTo(new Settings.ModelService("http://127.0.0.1:11434/v1", Optional.of("sk-secret")));
        assertThat(settings.ai().silence()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.toString())
                .contains("http://127.0.0.1:11434/v1 with a key")
                .doesNotContain("sk-secret");
    }

    @Test
    void everyFaultIsToldAtOnce() {
        Reading reading = read(Map.of(Setting.PORT, "x", Setting.LANES, "y"));
        assertThat(reading).isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.refusals())
                .extracting(SettingValues.Refusal::setting)
                .containsExactly(Setting.POSTGRES_URL, Setting.KAFKA_BOOTSTRAP, Setting.PORT, Setting.LANES));
    }

    @Test
    void aReplacedValueIsCheckedToo() {
        SettingValues values = ((Accepted) read(ADDRESSES)).values();
        assertThat(Settings.of(values.with(Setting.PORT, "9")).http().port()).isEqualTo(9);
        assertThatThrownBy(() -> values.with(Setting.PORT, "x")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void flagsAndVariablesAreNamedAlike() {
        assertThat(Setting.LANE_QUEUE.flag()).isEqualTo("--lane-queue");
        assertThat(Setting.LANE_QUEUE.environmentVariable()).isEqualTo("CONTINUO_LANE_QUEUE");
        assertThat(Arrays.stream(Setting.values()).map(Setting::flag)).doesNotHaveDuplicates();
    }

    private static Reading read(Map<Setting, String> given) {
        return SettingValues.read(
                setting -> Optional.ofNullable(given.get(setting)),
                Set.of(Setting.POSTGRES_URL, Setting.KAFKA_BOOTSTRAP));
    }

    private static Settings accepted(Map<Setting, String> given) {
        return Settings.of(((Accepted) read(given)).values());
    }
}
