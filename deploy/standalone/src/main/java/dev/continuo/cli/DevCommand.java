package dev.continuo.cli;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.standalone.DataDirectory;
import dev.continuo.standalone.EmbeddedServers;
import dev.continuo.standalone.Logging;
import dev.continuo.standalone.Node;
import dev.continuo.standalone.NodeStarter;
import dev.continuo.standalone.Running;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Everything in one process, in the foreground, until it is told to stop. */
@Command(
        name = "dev",
        description = "Starts everything in this process, with a PostgreSQL and a Kafka of its own.",
        sortOptions = false)
final class DevCommand implements Callable<Integer> {
    private static final String DATA_VARIABLE = "CONTINUO_DATA";
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

    /** Not on standard output, whose one line programs read. */
    private static final String ADMIN_IS_OPEN =
            "Programs of this machine may make API keys without a token (./continuo apikey create); others need"
                    + " CONTINUO_ADMIN_TOKEN.";

    private static final String CALLBACKS_ARE_OPEN =
            "Callbacks may go to this machine and to private networks; " + Setting.CALLBACK_PRIVATE_ADDRESSES.flag()
                    + " false forbids that. `api` and `worker` forbid it unless they are told otherwise.";

    private final NodeStarter starter;
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = {"Where everything is kept.", "Default: ~/.continuo/data. Variable: " + DATA_VARIABLE})
    private Path data;

    @Option(names = "--ephemeral", description = "Keep nothing: the data is deleted at the end.")
    private boolean ephemeral;

    @Option(names = "--stop-when-ready", hidden = true, description = "Stops at once, to record what a start needs.")
    private boolean stopWhenReady;

    DevCommand(NodeStarter starter, Environment environment) {
        this.starter = starter;
        this.environment = environment;
    }

    @Override
    public Integer call() throws Exception {
        if (ephemeral && data != null) {
            throw new ParameterException(spec.commandLine(), "--data and --ephemeral exclude each other");
        }
        SettingValues given = SettingsOptions.read(spec.commandLine(), environment, Set.of());
        Addresses.requireFree(given);
        try (Running running = new Running()) {
            if (!stopWhenReady) {
                running.closeOnSignal(STOP_LIMIT);
            }
            Node node = start(given, running);
            spec.commandLine().getOut().println("Continuo is ready on " + Addresses.of(given, node));
            spec.commandLine().getOut().flush();
            if (Addresses.ofThisMachineAlone(given)) {
                spec.commandLine().getErr().println(ADMIN_IS_OPEN);
            }
            if (given.text(Setting.CALLBACK_PRIVATE_ADDRESSES).isEmpty()) {
                spec.commandLine().getErr().println(CALLBACKS_ARE_OPEN);
            }
            if (!stopWhenReady) {
                // Only a signal ends this process.
                new CountDownLatch(1).await();
            }
        }
        return 0;
    }

    private Node start(SettingValues given, Running running) throws Exception {
        DataDirectory directory = running.add("the data directory", openDirectory());
        Logging.toFiles(directory.logs());
        EmbeddedServers servers = EmbeddedServers.start(given, directory, running);
        SettingValues values = servers.values();
        if (values.text(Setting.MASTER_KEY_FILE).isEmpty()) {
            values = values.with(Setting.MASTER_KEY_FILE, directory.masterKey().toString());
        }
        if (values.text(Setting.CALLBACK_PRIVATE_ADDRESSES).isEmpty()) {
            // Who develops has the receiver on the same machine.
            values = values.with(Setting.CALLBACK_PRIVATE_ADDRESSES, "true");
        }
        Settings settings = Settings.of(values);
        // Where others reach the server, its own tasks could be made to call the admin API for them.
        boolean alone = Addresses.ofThisMachineAlone(values);
        return running.add("the node", started(alone ? settings.withAdminOpenToLoopback() : settings, servers));
    }

    private Node started(Settings settings, EmbeddedServers servers) throws Exception {
        try {
            return starter.start(settings, servers.kafkaServing());
        } catch (Exception e) {
            throw Surroundings.explained(e, settings.postgres());
        }
    }

    private DataDirectory openDirectory() throws IOException {
        if (ephemeral) {
            return DataDirectory.ephemeral();
        }
        Path byDefault = Path.of(System.getProperty("user.home"), ".continuo", "data");
        return DataDirectory.open(Optional.ofNullable(data)
                .or(() -> environment.get(DATA_VARIABLE).map(Path::of))
                .orElse(byDefault));
    }
}
