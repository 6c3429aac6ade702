package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.engine.Setting;
import dev.continuo.engine.Settings;
import dev.continuo.standalone.NodeStarter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "-h",
                "dev --help",
                "demo --help",
                "bench --help",
                "apikey create --help",
                "--version",
                "dev --version"
            })
    void helpAndVersionGoToStandardOutput(String line) {
        assertThat(run(Map.of(), line)).isZero();
        assertThat(out.toString()).contains("continuo");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void helpTellsEachSettingWithItsVariableAndDefault(Setting setting) {
        run(Map.of(), "dev --help");
        String oneLine = out.toString().replaceAll("\\s+", " ");
        assertThat(oneLine).contains(setting.flag() + "=VALUE", "Variable: " + setting.environmentVariable());
        setting.fallback().ifPresent(text -> assertThat(oneLine)
                .contains("Default: " + text + ". Variable: " + setting.environmentVariable()));
    }

    @Test
    void helpTellsOfBothDemos() {
        assertThat(run(Map.of(), "demo --help")).isZero();
        assertThat(out.toString()).contains("sample workflow", "--agent", "sample agent", "--keep");
    }

    @ParameterizedTest
    @CsvSource({
        "dev --port 70000, --port (CONTINUO_PORT), from 0 to 65535",
        "dev --port=http, --port (CONTINUO_PORT), `http`",
        "dev --lanes 0, --lanes (CONTINUO_LANES), from 1 to 64",
        "dev --max-body-bytes 5MB, --max-body-bytes (CONTINUO_MAX_BODY_BYTES), KiB or MiB",
        "dev --kafka-bootstrap nowhere, --kafka-bootstrap (CONTINUO_KAFKA_BOOTSTRAP), host:port",
        "dev --postgres-url nowhere, --postgres-url (CONTINUO_POSTGRES_URL), postgresql://",
        "dev --topic-prefix a/b, --topic-prefix (CONTINUO_TOPIC_PREFIX), underscores",
        "dev --port, Missing required parameter, --port",
        "dev --prot 80, Unknown option, --prot",
        "dev --ephemeral --data x, --data, --ephemeral",
        "bench, Missing required parameter, SCENARIO",
        "bench sleep, Invalid value, sleep",
        "bench starts --url http://192.0.2.1:8080, --url, loopback",
        "bench starts --url https://127.0.0.1:8080, --url, http://",
        "bench rest --in-flight 0, --in-flight, from 1 to 5000",
        "apikey, Which command, revoke",
        "apikey create, Missing required option, --namespace",
        "apikey create --namespace n --owner me, Invalid value, --owner",
        "apikey list --namespace n --url ftp://127.0.0.1, --url, http://",
        "apikey list --namespace n --url localhost:8080, --url, http://",
        "apikey revoke cto_abcd, Invalid value, UUID",
        "fly, Unmatched argument, fly",
        "'', Which command?, --help",
    })
    void aWrongCommandLineIsRefusedWithWhatIsWrong(String line, String first, String second) {
        assertThat(run(Map.of(), line)).isEqualTo(2);
        assertThat(err.toString()).contains(first).contains(second).doesNotContain("java.");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aWrongVariableIsRefusedLikeAWrongFlag() {
        assertThat(run(Map.of("CONTINUO_LANE_QUEUE", "many"), "dev")).isEqualTo(2);
        assertThat(err.toString()).contains("--lane-queue (CONTINUO_LANE_QUEUE) cannot be `many`");
    }

    @Test
    void aWrongTokenIsNotRepeated() {
        assertThat(run(Map.of("CONTINUO_ADMIN_TOKEN", "hunter2"), "dev")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--admin-token (CONTINUO_ADMIN_TOKEN) is wrong: it must be 32 to 512")
                .doesNotContain("hunter2");
    }

    @Test
    void aProcessOnExternalServersSaysWhatItNeeds() {
        assertThat(run(Map.of(), "worker")).isEqualTo(2);
        assertThat(err.toString())
                .contains("--postgres-url (CONTINUO_POSTGRES_URL) is not set")
                .contains("--kafka-bootstrap (CONTINUO_KAFKA_BOOTSTRAP) is not set")
                .contains("--master-key-file (CONTINUO_MASTER_KEY_FILE) is not set");
    }

    @Test
    void aFlagCountsMoreThanItsVariable() {
        assertThat(run(Map.of("CONTINUO_PORT", "1"), "dev --port x")).isEqualTo(2);
        assertThat(err.toString()).contains("cannot be `x`").doesNotContain("`1`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api", "worker"})
    void aDatabaseThatCannotBeReachedIsToldInOneLineWithoutThePassword(String command, @TempDir Path directory)
            throws IOException {
        Path key = Files.writeString(directory.resolve("key"), "k");
        NodeStarter connecting = (settings, kafkaServing) -> {
            Settings.Postgres to = settings.postgres();
            DriverManager.getConnection(to.jdbcUrl(), to.user(), to.password()).close();
            throw new AssertionError("Nobody should listen on port 1");
        };
        int exit = run(
                Map.of(),
                command + " --postgres-url postgresql://me:hunter2@127.0.0.1:1/db --kafka-bootstrap 127.0.0.1:1"
                        + " --master-key-file " + key,
                connecting);
        assertThat(exit).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString())
                .startsWith("Cannot use the database postgresql://me@127.0.0.1:1/db: ")
                .contains("refused")
                .doesNotContain("hunter2");
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aDataDirectoryThatIsAFileIsToldInOneLine(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("data"), "not a directory");
        assertThat(run(Map.of(), "dev --data " + file)).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(file.toString());
    }

    @Test
    void aDataDirectoryBelowAFileIsToldInOneLine(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "not a directory");
        assertThat(run(Map.of(), "dev --data " + file.resolve("data"))).isEqualTo(1);
        assertThat(err.toString().lines()).hasSize(1);
        assertThat(err.toString()).contains(file.toString());
    }

    private int run(Map<String, String> variables, String line) {
        return run(variables, line, (settings, kafkaServing) -> {
            throw new AssertionError("Nothing may be started here");
        });
    }

    private int run(Map<String, String> variables, String line, NodeStarter none) {
        CommandLine commandLine = Main.commandLine(new Main.Starters(none, none, none), new Environment(variables));
        return commandLine
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(line.isEmpty() ? new String[0] : line.split(" "));
    }
}
