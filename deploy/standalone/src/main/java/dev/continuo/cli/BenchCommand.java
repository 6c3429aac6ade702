package dev.continuo.cli;

import dev.continuo.bench.Bench;
import dev.continuo.bench.BenchOptions;
import dev.continuo.bench.Report;
import dev.continuo.bench.Scenario;
import dev.continuo.standalone.Logging;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Loads a running server and measures it. */
@Command(
        name = "bench",
        description = {
            "Loads a server on this machine and measures it.",
            "The runs stay on the server, in a namespace of their own: measure an ephemeral one."
        },
        sortOptions = false)
final class BenchCommand implements Callable<Integer> {
    private static final int MOST_SECONDS = 600;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "SCENARIO",
            description = {
                "starts: durable starts per second.",
                "rest: runs of one REST_CONNECTOR task completed per second.",
                "latency: the same, one run at a time, from POST to COMPLETED."
            })
    private Scenario scenario;

    @Option(
            names = "--url",
            paramLabel = "URL",
            defaultValue = "http://127.0.0.1:8080",
            description = "The server. Default: ${DEFAULT-VALUE}.")
    private URI url;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Connections. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--in-flight",
            paramLabel = "N",
            defaultValue = "256",
            description = "Runs under way at once (rest). Default: ${DEFAULT-VALUE}.")
    private int inFlight;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "10",
            description = "Seconds of a round (starts, rest). Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "200",
            description = "Runs of a round (latency). Default: ${DEFAULT-VALUE}.")
    private int runs;

    @Option(
            names = "--warmup",
            paramLabel = "S",
            defaultValue = "5",
            description = "Seconds before the first round. Default: ${DEFAULT-VALUE}.")
    private int warmup;

    @Option(
            names = "--repeat",
            paramLabel = "N",
            defaultValue = "3",
            description = "Rounds; medians are told. Default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Option(names = "--json", description = "Tell the figures as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        BenchOptions options = options();
        Logging.quiet();
        PrintWriter out = spec.commandLine().getOut();
        try (Bench bench = Bench.open(options)) {
            Report report = bench.measure(scenario);
            out.println(json ? report.json() : report.table());
            out.flush();
            return report.sound() ? ExitCode.OK : ExitCode.SOFTWARE;
        }
    }

    private BenchOptions options() {
        if (!"http".equals(url.getScheme()) || url.getHost() == null || !loopback(url.getHost())) {
            throw refused("--url must be http:// and a loopback address, such as http://127.0.0.1:8080");
        }
        within("--connections", connections, 1, 1_000);
        within("--in-flight", inFlight, 1, 5_000);
        within("--seconds", seconds, 1, MOST_SECONDS);
        within("--runs", runs, 1, 100_000);
        within("--warmup", warmup, 0, MOST_SECONDS);
        within("--repeat", repeat, 1, 99);
        return new BenchOptions(url, connections, inFlight, seconds, warmup, repeat, runs);
    }

    private void within(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw refused(name + " must be a whole number from " + least + " to " + most);
        }
    }

    private ParameterException refused(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    /** Load is for one's own machine. */
    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
