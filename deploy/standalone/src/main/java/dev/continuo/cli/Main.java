package dev.continuo.cli;

import dev.continuo.standalone.NodeStarter;
import dev.continuo.standalone.Standalone;
import java.io.PrintWriter;
import java.net.BindException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The entry point of the command line. Exit codes: 0 done, 1 failed, 2 not understood. */
@Command(
        name = "continuo",
        description = "One durable engine for workflows, tasks and agents.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "`./continuo test` runs all tests; what follows it goes to Maven.",
            "`./continuo COMMAND --help` lists a command's settings."
        })
public final class Main implements Runnable {
    private static final Duration HOOKS_LIMIT = Duration.ofSeconds(3);

    @Spec
    private CommandSpec spec;

    private Main() {}

    public static void main(String[] args) {
        PrintWriter out = new PrintWriter(System.out, true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
        CommandLine commandLine = commandLine(
                new Starters(Standalone::start, Standalone::startApi, Standalone::startWorker),
                new Environment(System.getenv()));
        exit(commandLine.setOut(out).setErr(err).execute(args));
    }

    /**
     * Ends the process, whatever its libraries do at its end: a script engine that was closed while it still started up
     * waits for itself in its shutdown hook, for ever. What is ours has been closed before.
     */
    private static void exit(int code) {
        Thread halting = new Thread(
                () -> {
                    LockSupport.parkNanos(HOOKS_LIMIT.toNanos());
                    Runtime.getRuntime().halt(code);
                },
                "halting");
        halting.setDaemon(true);
        halting.start();
        System.exit(code);
    }

    /** What the serving commands start. */
    record Starters(NodeStarter standalone, NodeStarter api, NodeStarter worker) {}

    static CommandLine commandLine(Starters starters, Environment environment) {
        CommandLine main = new CommandLine(new Main());
        for (Object serving : List.of(
                new DevCommand(starters.standalone(), environment),
                new ServeCommand.Api(starters.api(), environment),
                new ServeCommand.Worker(starters.worker(), environment))) {
            CommandLine command = new CommandLine(serving);
            SettingsOptions.addTo(command.getCommandSpec());
            main.addSubcommand(command);
        }
        main.addSubcommand(new DemoCommand(starters.standalone()));
        main.addSubcommand(new CommandLine(new BenchCommand()).setCaseInsensitiveEnumValuesAllowed(true));
        main.addSubcommand(new SearchBenchCommand());
        main.addSubcommand(new CommandLine(new ApiKeyCommand())
                .addSubcommand(new ApiKeyCommand.Create(environment))
                .addSubcommand(new ApiKeyCommand.ListKeys(environment))
                .addSubcommand(new ApiKeyCommand.Revoke(environment)));
        return main.registerConverter(UUID.class, Main::id)
                .setUsageHelpAutoWidth(true)
                .setParameterExceptionHandler((problem, args) -> refuse(problem))
                .setExecutionExceptionHandler((problem, command, parsed) -> fail(problem, command));
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException("'" + text + "' is not a UUID");
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int refuse(ParameterException problem) {
        CommandLine command = problem.getCommandLine();
        command.getErr().println(problem.getMessage());
        command.getErr().println("See `" + command.getCommandSpec().qualifiedName() + " --help`.");
        return ExitCode.USAGE;
    }

    /** Broken surroundings are told in a line; anything else is a bug, whose stack the log keeps. */
    private static int fail(Exception problem, CommandLine command) {
        Surroundings.line(problem)
                .ifPresentOrElse(line -> command.getErr().println(line), () -> LoggerFactory.getLogger(Main.class)
                        .error("Cannot go on", problem));
        if (problem instanceof BindException) {
            command.getErr().println("Choose another one with --port or CONTINUO_PORT.");
        }
        return ExitCode.SOFTWARE;
    }
}
