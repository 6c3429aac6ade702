package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Evaluates scripts on a few threads of its own, behind a bounded queue.
 *
 * <p>An evaluation that does not heed its interruption (some built-in functions look up late) fails all the same, and
 * its thread is replaced. At most twice as many threads as the pool has are left to end by themselves; beyond that the
 * pool works with fewer until one has.
 */
public final class ScriptPool implements AutoCloseable {

    /**
     * @param threads evaluations at a time
     * @param queue evaluations that may wait
     */
    public record Settings(int threads, int queue) {

        public static final Settings DEFAULT = new Settings(2, 256);

        public Settings {
            if (threads < 1 || queue < 1) {
                throw new IllegalArgumentException("a script pool has a thread and room for one in its queue");
            }
        }
    }

    private static final long STACK_BYTES = 4L << 20;
    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(30);
    private static final int ABANDONED_PER_THREAD = 2;

    private final ScriptEngine engine;
    private final Settings settings;
    private final BlockingQueue<Job> queue;
    private final Object lock = new Object();
    private int running;
    private int abandoned;
    private int started;
    private volatile boolean closed;

    public ScriptPool(ScriptEngine engine, Settings settings) {
        this.engine = engine;
        this.settings = settings;
        queue = new ArrayBlockingQueue<>(settings.queue());
        startMissing();
    }

    private record Job(
            Optional<JsonNode> input,
            Script script,
            ConsoleSink sink,
            Duration limit,
            CompletableFuture<JsonNode> outcome) {}

    /**
     * Fails with {@link ScriptFailure}, or at once with {@link RejectedExecutionException} when the queue is full or
     * the pool closed. The limit is for the evaluation; waiting in the queue is not counted.
     */
    public CompletableFuture<JsonNode> submit(Script script, JsonNode input, ConsoleSink sink, Duration limit) {
        return enqueue(new Job(Optional.of(input), script, sink, limit, new CompletableFuture<>()));
    }

    /** Only reads the script: completes when it can be read, fails like {@link #submit} when it is not. */
    public CompletableFuture<Void> check(Script script, Duration limit) {
        return enqueue(new Job(Optional.empty(), script, ConsoleSink.NONE, limit, new CompletableFuture<>()))
                .thenAccept(nothing -> {});
    }

    /**
     * Lets each thread read a first script in the background, so that nobody's own script waits for the engine's start.
     * Completes when all have; a failure needs no answer, since the first real script meets the same trouble.
     */
    public CompletableFuture<Void> warmUp() {
        var reads = IntStream.range(0, settings.threads())
                .mapToObj(thread -> check(new Script.Expression("1"), WARM_UP_LIMIT));
        return CompletableFuture.allOf(reads.toArray(CompletableFuture<?>[]::new));
    }

    private CompletableFuture<JsonNode> enqueue(Job job) {
        if (closed || !queue.offer(job)) {
            job.outcome()
                    .completeExceptionally(new RejectedExecutionException(
                            closed ? "the script pool is closed" : settings.queue() + " scripts are waiting already"));
        } else if (closed) {
            drain();
        }
        return job.outcome();
    }

    private void startMissing() {
        synchronized (lock) {
            while (!closed && running < settings.threads() && abandoned <= ABANDONED_PER_THREAD * settings.threads()) {
                running++;
                var worker = new Worker();
                var thread = new Thread(null, worker, "script-" + ++started, STACK_BYTES);
                thread.setDaemon(true);
                thread.start();
            }
        }
    }

    private final class Worker implements Runnable {

        private Optional<Sandbox> sandbox = Optional.empty();
        private boolean left;

        @Override
        public void run() {
            try {
                while (!closed && !isLeft()) {
                    var job = queue.poll(500, TimeUnit.MILLISECONDS);
                    if (job != null) {
                        perform(job);
                    }
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                sandbox.ifPresent(Sandbox::close);
                ended();
            }
        }

        private void perform(Job job) {
            try {
                job.outcome().complete(evaluate(job));
            } catch (RuntimeException | Error e) {
                job.outcome().completeExceptionally(e);
            } finally {
                // An interruption of the context may leave the thread's flag set, which would end the next poll.
                Thread.interrupted();
                if (sandbox.isPresent() && sandbox.get().spoiled()) {
                    sandbox.get().close();
                    sandbox = Optional.empty();
                }
            }
        }

        private JsonNode evaluate(Job job) {
            return switch (job.script()) {
                case Script.JavaScript script -> evaluate(job, script);
                case Script.Jq script -> evaluate(job, script);
            };
        }

        private JsonNode evaluate(Job job, Script.Jq script) {
            if (job.input().isEmpty()) {
                engine.jq().check(script);
                return NullNode.getInstance();
            }
            return engine.jq().fully(script, job.input().get(), job.limit());
        }

        private JsonNode evaluate(Job job, Script.JavaScript script) {
            if (sandbox.isEmpty()) {
                sandbox = Optional.of(engine.newSandbox());
            }
            if (job.input().isEmpty()) {
                engine.check(sandbox.get(), script, job.limit(), stops(job));
                return NullNode.getInstance();
            }
            var input = engine.inputText(job.input().get());
            return engine.evaluate(sandbox.get(), script, input, job.sink(), job.limit(), stops(job));
        }

        private ScriptEngine.Stops stops(Job job) {
            return new ScriptEngine.Stops() {
                @Override
                public RuntimeException timedOut(Duration limit) {
                    return new ScriptFailure(Kind.TIMEOUT, "the script took longer than " + limit.toMillis() + " ms");
                }

                @Override
                public void stuck(RuntimeException failure) {
                    abandon();
                    job.outcome().completeExceptionally(failure);
                }
            };
        }

        private boolean isLeft() {
            synchronized (lock) {
                return left;
            }
        }

        private void abandon() {
            synchronized (lock) {
                if (!left) {
                    left = true;
                    running--;
                    abandoned++;
                }
            }
            startMissing();
        }

        private void ended() {
            synchronized (lock) {
                if (left) {
                    abandoned--;
                } else {
                    running--;
                }
            }
            startMissing();
        }
    }

    private void drain() {
        for (var job = queue.poll(); job != null; job = queue.poll()) {
            job.outcome().completeExceptionally(new RejectedExecutionException("the script pool is closed"));
        }
    }

    /** Refuses what waits; what runs goes on until its own limit. */
    @Override
    public void close() {
        closed = true;
        drain();
    }
}
