package dev.continuo.cli;

import dev.continuo.demo.AgentDemo;
import dev.continuo.demo.Demo;
import dev.continuo.demo.DemoFailure;
import dev.continuo.demo.Screen;
import dev.continuo.demo.Show;
import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.engine.Settings;
import dev.continuo.standalone.DataDirectory;
import dev.continuo.standalone.EmbeddedServers;
import dev.continuo.standalone.Logging;
import dev.continuo.standalone.Node;
import dev.continuo.standalone.NodeStarter;
import dev.continuo.standalone.Running;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Everything in one process on free ports, a sample on it, and a look at what came of it. */
@Command(
        name = "demo",
        description = "Runs a sample workflow on a server of its own, tells how it goes and checks what came of it.",
        sortOptions = false)
final class DemoCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration STOP_LIMIT = Duration.ofMillis(4500);

    private final NodeStarter starter;
    private final AtomicInteger verdict = new AtomicInteger(ExitCode.SOFTWARE);

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--agent",
            description = {
                "Run a sample agent instead, against a sample provider of language models in this process, and receive"
                        + " its callbacks.",
                "Nothing is called outside."
            })
    private boolean agent;

    @Option(names = "--keep", description = "Leave the server up and print lines to try it with. Ctrl-C ends it.")
    private boolean keep;

    DemoCommand(NodeStarter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        Screen screen = new Screen(spec.commandLine().getOut(), Ansi.AUTO.enabled());
        try (Running running = new Running()) {
            // A demo that is interrupted before it came to its end has not shown that all is well.
            running.closeOnSignal(STOP_LIMIT, verdict::get);
            if (playInTime(screen, running) && keep) {
                screen.plain("");
                screen.plain("The server stays up until Ctrl-C.");
                new CountDownLatch(1).await();
            }
        }
        return verdict.get();
    }

    /** Returns whether the server is in a state to be kept. */
    private boolean playInTime(Screen screen, Running running) throws Exception {
        FutureTask<Boolean> play = new FutureTask<>(() -> play(screen, running));
        Thread thread = Thread.ofPlatform().name("demo").daemon().start(play);
        try {
            return play.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            screen.bad("Not done within " + LIMIT.toSeconds() + " s");
            thread.interrupt();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof DemoFailure failure) {
                screen.bad(failure.getMessage());
                return false;
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private boolean play(Screen screen, Running running) throws Exception {
        screen.step("Starting PostgreSQL, Kafka and Continuo");
        Show show = running.add("the demo", agent ? AgentDemo.start(screen) : Demo.start(screen));
        Node node = start(running, show.settings());
        String address = "http://127.0.0.1:" + node.port();
        screen.step("Continuo is ready on " + address);
        Show.Played played = show.play(address);
        if (played.differences().isEmpty()) {
            screen.good("Everything came out as it must");
        } else {
            played.differences().forEach(screen::bad);
        }
        if (keep) {
            played.toTry().lines().forEach(screen::plain);
        }
        verdict.set(played.differences().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE);
        return true;
    }

    /** Settings of the surroundings do not count here: the demo brings everything along. */
    private Node start(Running running, Map<Setting, String> settings) throws Exception {
        DataDirectory directory = running.add("the data directory", DataDirectory.ephemeral());
        Logging.toFiles(directory.logs());
        EmbeddedServers servers = EmbeddedServers.start(defaults(), directory, running);
        SettingValues values = servers.values()
                .with(Setting.MASTER_KEY_FILE, directory.masterKey().toString())
                .with(Setting.CALLBACK_PRIVATE_ADDRESSES, "true");
        for (Map.Entry<Setting, String> setting : settings.entrySet()) {
            values = values.with(setting.getKey(), setting.getValue());
        }
        return running.add(
                "the node", starter.start(Settings.of(values).withAdminOpenToLoopback(), servers.kafkaServing()));
    }

    private static SettingValues defaults() {
        return switch (SettingValues.read(setting -> Optional.empty(), Set.of())) {
            case SettingValues.Accepted accepted -> accepted.values().with(Setting.PORT, "0");
            case SettingValues.Refused refused -> throw new IllegalStateException("Defaults are wrong: " + refused);
        };
    }
}
