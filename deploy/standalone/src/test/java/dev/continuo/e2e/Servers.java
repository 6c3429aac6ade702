package dev.continuo.e2e;

import dev.continuo.cli.Child;
import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.secret.Keyring;
import dev.continuo.standalone.Standalone;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Starts Continuo on servers that are there, in this process or in others, all with the same settings. */
public record Servers(Path scratch, Map<Setting, String> settings) {

    /** On the given servers, with leases of 2 s and lost publications repeated after 1 s, to have less to wait for. */
    public static Servers on(Path scratch, String postgres, String kafka, String topicPrefix) throws IOException {
        Path key = Files.writeString(scratch.resolve("master.key"), Keyring.generate());
        return new Servers(
                scratch,
                Map.of(
                        Setting.POSTGRES_URL,
                        postgres,
                        Setting.KAFKA_BOOTSTRAP,
                        kafka,
                        Setting.TOPIC_PREFIX,
                        topicPrefix,
                        Setting.MASTER_KEY_FILE,
                        key.toString(),
                        Setting.LEASE_SECONDS,
                        "2",
                        Setting.REDISPATCH_SECONDS,
                        "1"));
    }

    public Servers with(Setting setting, String value) {
        Map<Setting, String> changed = new HashMap<>(settings);
        changed.put(setting, value);
        return new Servers(scratch, Map.copyOf(changed));
    }

    /** API and workers in this process. */
    public Standalone start() throws Exception {
        Map<Setting, String> given = new HashMap<>(settings);
        given.put(Setting.PORT, "0");
        Settings read =
                switch (SettingValues.read(setting -> Optional.ofNullable(given.get(setting)), Set.of())) {
                    case SettingValues.Accepted(SettingValues values) -> Settings.of(values);
                    case SettingValues.Refused(var refusals) -> throw new AssertionError(refusals.toString());
                };
        return Standalone.start(read, CompletableFuture.completedFuture(null));
    }

    static Continuo client(Standalone standalone) {
        return new Continuo(URI.create("http://127.0.0.1:" + standalone.port()));
    }

    /** @param command `dev` (which takes these servers instead of its own), `api` or `worker` */
    Child launch(String command, String heap) throws IOException {
        List<String> options = new ArrayList<>();
        settings.forEach((setting, value) -> options.addAll(List.of(setting.flag(), value)));
        if (command.equals("dev")) {
            options.add("--ephemeral");
        }
        return Child.launch(scratch, heap, command, options);
    }

    Child launch(String command) throws IOException {
        return launch(command, "-Xmx256m");
    }
}
