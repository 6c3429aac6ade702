package dev.continuo.bench;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * Loads a server with one event loop. Every benchmark has a namespace of its own. Its runs stay on the server: there is no
 * deleting of runs, so measure servers whose data may go.
 */
public final class Bench implements AutoCloseable {
    private static final List<String> NOT_COMPLETED =
            List.of("QUEUED", "RUNNING", "PAUSED", "FAILED", "TIMED_OUT", "TERMINATED");
    /** As far as the server counts. */
    private static final long MOST_COUNTED = 100_000;

    /** Between questions whether a run is completed: many questions would take the machine from the server. */
    private static final long PAUSE_MILLIS = 10;

    private static final long SHORT_PAUSE_MILLIS = 1;

    private final BenchOptions options;
    private final Vertx vertx;
    private final Context context;
    private final Server server;
    private final Upstream upstream;

    private Bench(BenchOptions options, Vertx vertx) {
        this.options = options;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        String namespace = "bench-" + UUID.randomUUID().toString().substring(0, 8);
        this.server = new Server(vertx, options.url(), options.connections(), namespace);
        this.upstream = new Upstream(vertx);
    }

    public static Bench open(BenchOptions options) {
        FileSystemOptions files =
                new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setFileSystemOptions(files));
        return new Bench(options, vertx);
    }

    @Override
    public void close() {
        vertx.close().await();
    }

    public Report measure(Scenario scenario) {
        onLoop(upstream::listen);
        if (options.warmupSeconds() > 0) {
            round(scenario, Duration.ofSeconds(options.warmupSeconds()), Long.MAX_VALUE);
        }
        List<Round> rounds = new ArrayList<>();
        for (int i = 0; i < options.repeat(); i++) {
            // One at a time is measured by number, the others by time.
            rounds.add(
                    scenario == Scenario.LATENCY
                            ? round(scenario, Duration.ofHours(1), options.runs())
                            : round(scenario, Duration.ofSeconds(options.seconds()), Long.MAX_VALUE));
        }
        return new Report(scenario, options, rounds);
    }

    private Round round(Scenario scenario, Duration time, long runs) {
        return switch (scenario) {
            case STARTS -> starts(time);
            case REST -> rest(time);
            case LATENCY -> latency(time, runs);
        };
    }

    private Round starts(Duration time) {
        String definition = onLoop(() -> server.define(Definitions.waiting()));
        Buffer body = Server.startBody(definition, 0);
        Duration cpu = cpu();
        ClosedLoop loop = onLoop(() -> new ClosedLoop(
                        vertx, time, Long.MAX_VALUE, () -> server.start(body).mapEmpty())
                .run(options.connections()));
        double generator = generator(cpu, time);
        // The runs wait for an answer that nobody gives: a run that is not there as RUNNING was lost.
        long stored = onLoop(() -> server.count(definition, List.of("RUNNING")));
        long missing = Math.max(0, Math.min(loop.done(), MOST_COUNTED) - stored);
        return Round.builder()
                .with(Measure.STARTS_PER_SECOND, loop.perSecond())
                .percentiles(loop.samples(), Measure.P50, Measure.P90, Measure.P99)
                .with(Measure.GENERATOR_CPU, generator)
                .with(Measure.COUNT, loop.done())
                .with(Measure.ERRORS, loop.errors())
                .with(Measure.BAD, missing)
                .build();
    }

    private Round rest(Duration time) {
        String definition = onLoop(() -> server.define(Definitions.calling(upstream.url())));
        Runs runs = new Runs(vertx, server, upstream, definition, PAUSE_MILLIS);
        long repeatedBefore = onLoop(() -> Future.succeededFuture(upstream.repeated()));
        Duration cpu = cpu();
        ClosedLoop loop = onLoop(() -> new ClosedLoop(vertx, time, Long.MAX_VALUE, runs::one).run(options.inFlight()));
        double generator = generator(cpu, time);
        return observed(definition, loop)
                .with(Measure.RUNS_PER_SECOND, loop.perSecond())
                .percentiles(loop.samples(), Measure.P50, Measure.P90, Measure.P99)
                .with(Measure.POLLS_PER_RUN, runs.polls() / Math.max(1.0, loop.done()))
                .with(Measure.GENERATOR_CPU, generator)
                .with(Measure.REPEATED, upstream.repeated() - repeatedBefore)
                .build();
    }

    private Round latency(Duration time, long count) {
        String definition = onLoop(() -> server.define(Definitions.calling(upstream.url())));
        Runs runs = new Runs(vertx, server, upstream, definition, SHORT_PAUSE_MILLIS);
        ClosedLoop loop = onLoop(() -> new ClosedLoop(vertx, time, count, runs::one).run(1));
        return observed(definition, loop)
                .percentiles(loop.samples(), Measure.P50, Measure.P90, Measure.P99)
                .percentiles(runs.own(), Measure.OWN_P50, Measure.OWN_P90, Measure.OWN_P99)
                .with(Measure.POLLS_PER_RUN, runs.polls() / Math.max(1.0, loop.done()))
                .build();
    }

    /** Whatever was seen before: in the end the server itself must say that every run is completed. */
    private Round.Builder observed(String definition, ClosedLoop loop) {
        return Round.builder()
                .with(Measure.COUNT, loop.done())
                .with(Measure.ERRORS, loop.errors())
                .with(Measure.BAD, onLoop(() -> server.count(definition, NOT_COMPLETED)));
    }

    private <T> T onLoop(Callable<Future<T>> action) {
        return Future.<T>future(promise -> context.runOnContext(nothing -> {
                    try {
                        action.call().onComplete(promise);
                    } catch (Exception e) {
                        promise.fail(e);
                    }
                }))
                .await();
    }

    private static Duration cpu() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    private static double generator(Duration before, Duration time) {
        return 100.0 * cpu().minus(before).toNanos() / time.toNanos();
    }
}
