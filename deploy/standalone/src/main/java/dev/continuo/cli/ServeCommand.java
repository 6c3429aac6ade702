package dev.continuo.cli;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.standalone.Logging;
import dev.continuo.standalone.Node;
import dev.continuo.standalone.NodeStarter;
import dev.continuo.standalone.Running;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** One of many processes on a Postgres and a Kafka that others run, in the foreground, until it is told to stop. */
abstract sealed class ServeCommand implements Callable<Integer> {
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);
    private static final Set<Setting> REQUIRED =
            Set.of(Setting.POSTGRES_URL, Setting.KAFKA_BOOTSTRAP, Setting.MASTER_KEY_FILE);

    private final NodeStarter starter;
    private final Environment environment;

    @Spec
    private CommandSpec spec;

    private ServeCommand(NodeStarter starter, Environment environment) {
        this.starter = starter;
        this.environment = environment;
    }

    @Command(
            name = "api",
            description = "Serves the HTTP API, on an external PostgreSQL and Kafka. Any number may run.",
            sortOptions = false)
    static final class Api extends ServeCommand {
        Api(NodeStarter starter, Environment environment) {
            super(starter, environment);
        }

        @Override
        SettingValues adjusted(SettingValues given, boolean portGiven) {
            return given;
        }

        @Override
        String ready(String address) {
            return "Continuo is ready on " + address;
        }
    }

    @Command(
            name = "worker",
            description = {
                "Executes tasks, on an external PostgreSQL and Kafka. Any number may run.",
                "Serves its health and metrics on --port, here by default on any free one."
            },
            sortOptions = false)
    static final class Worker extends ServeCommand {
        Worker(NodeStarter starter, Environment environment) {
            super(starter, environment);
        }

        @Override
        SettingValues adjusted(SettingValues given, boolean portGiven) {
            return portGiven ? given : given.with(Setting.PORT, "0");
        }

        @Override
        String ready(String address) {
            return "Continuo worker is ready, health and metrics on " + address;
        }
    }

    abstract SettingValues adjusted(SettingValues given, boolean portGiven);

    abstract String ready(String address);

    @Override
    public Integer call() throws Exception {
        boolean portGiven = SettingsOptions.given(spec.commandLine(), environment, Setting.PORT)
                .isPresent();
        SettingValues values = adjusted(SettingsOptions.read(spec.commandLine(), environment, REQUIRED), portGiven);
        Logging.toStandardError();
        try (Running running = new Running()) {
            running.closeOnSignal(STOP_LIMIT);
            Node node = running.add("the node", started(Settings.of(values)));
            spec.commandLine().getOut().println(ready(Addresses.of(values, node)));
            spec.commandLine().getOut().flush();
            // Only a signal ends this process.
            new CountDownLatch(1).await();
        }
        return 0;
    }

    private Node started(Settings settings) throws Exception {
        try {
            return starter.start(settings, CompletableFuture.completedFuture(null));
        } catch (Exception e) {
            throw Surroundings.explained(e, settings.postgres());
        }
    }
}
