package dev.continuo.cli;

import dev.continuo.bench.SearchBench;
import dev.continuo.embedded.PostgresServer;
import dev.continuo.standalone.DataDirectory;
import dev.continuo.standalone.Logging;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures searches in a PostgreSQL of its own. */
@Command(
        name = "bench-search",
        description = {
            "Measures searches among many finished workflows.",
            "Starts a PostgreSQL of its own, fills it, asks, and deletes it again: 2 GB of disk for a million runs."
        },
        sortOptions = false)
final class SearchBenchCommand implements Callable<Integer> {
    private static final int MOST_RUNS = 10_000_000;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Runs to search. Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "5",
            description = "Times that each question is asked; the median is told. Default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Option(names = "--plans", description = "Tell how PostgreSQL finds the answers.")
    private boolean plans;

    @Override
    public Integer call() throws IOException {
        within("--runs", runs, MOST_RUNS);
        within("--repeat", repeat, 1_000);
        Logging.quiet();
        PostgresServer.Options options = PostgresServer.Options.fastIn(PostgresServer.Options.userCache());
        try (DataDirectory data = DataDirectory.ephemeral();
                PostgresServer postgres = PostgresServer.start(data.postgres(), options);
                SearchBench bench =
                        new SearchBench(postgres.uri(), spec.commandLine().getOut())) {
            bench.fill(runs);
            bench.measure(repeat, plans);
        }
        return ExitCode.OK;
    }

    private void within(String name, int value, int most) {
        if (value < 1 || value > most) {
            throw new ParameterException(spec.commandLine(), name + " must be a whole number from 1 to " + most);
        }
    }
}
