package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.LogEntry;
import dev.continuo.model.Weight;
import io.vertx.core.Promise;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Something that waits in a lane, and who waits for what becomes of it. */
sealed interface Pending {
    /** Of a command without a payload. */
    int OVERHEAD = 256;

    Promise<Reply> promise();

    UUID runId();

    Evaluations evaluations();

    /** When it was asked for, by the monotonic clock. */
    long sinceNanos();

    /** About how many bytes it holds. */
    long weight();

    static Pending of(NewRun run, Promise<Reply> promise) {
        long weight = OVERHEAD + Weight.of(run.start().origin().input());
        return new ToStart(run, promise, new Evaluations(), System.nanoTime(), weight);
    }

    static Pending of(Command command, Promise<Reply> promise) {
        long payload =
                switch (command) {
                    case Command.Complete complete -> Weight.of(complete.output()) + weight(complete.logs());
                    case Command.Fail fail -> Weight.of(fail.output()) + weight(fail.logs());
                    case Command.TaskDue due -> 0;
                    case Command.RunDue due -> 0;
                    case Command.Begin begin -> 0;
                    case Command.Pause pause -> 0;
                    case Command.Resume resume -> 0;
                    case Command.Retry retry -> 0;
                    case Command.Terminate terminate -> 0;
                    case Command.Defer defer -> Weight.of(defer.output()) + weight(defer.logs());
                    case Command.Update update -> Weight.of(update.output()) + weight(update.logs());
                    case Command.Recalled recalled ->
                        recalled.output().map(Weight::of).orElse(0L);
                    case Command.ChildStarted started -> 0;
                    case Command.ChildReopened reopened -> 0;
                    case Command.Restart restart -> 0;
                    case Command.Rerun rerun ->
                        rerun.input().map(Weight::of).orElse(0L)
                                + rerun.taskInput().map(Weight::of).orElse(0L);
                    case Command.Skip skip -> Weight.of(skip.input()) + Weight.of(skip.output());
                    case Command.SetVariables set -> Weight.of(set.variables());
                    case Command.ResetCallbacks reset -> 0;
                    case Command.Jump jump -> Weight.of(jump.input());
                    case Command.Upgrade upgrade -> Weight.of(upgrade.input()) + Weight.of(upgrade.outputs());
                    case Command.FollowedUp followedUp -> 0;
                };
        return new ToDecide(command, promise, new Evaluations(), System.nanoTime(), OVERHEAD + payload);
    }

    private static long weight(List<LogEntry> lines) {
        return lines.stream()
                .mapToLong(line -> OVERHEAD + line.message().length())
                .sum();
    }

    record ToStart(NewRun run, Promise<Reply> promise, Evaluations evaluations, long sinceNanos, long weight)
            implements Pending {
        @Override
        public UUID runId() {
            return run.start().runId();
        }
    }

    record ToDecide(Command command, Promise<Reply> promise, Evaluations evaluations, long sinceNanos, long weight)
            implements Pending {
        @Override
        public UUID runId() {
            return command.runId();
        }
    }

    /** Results of evaluations that took too long for a lane, for when the command is decided again. */
    final class Evaluations {
        private record Key(Script script, JsonNode input) {}

        private sealed interface Result {
            record Value(JsonNode value) implements Result {}

            record Failure(ScriptFailure failure) implements Result {}
        }

        private final Map<Key, Result> results = new ConcurrentHashMap<>();

        boolean known(Script script, JsonNode input) {
            return results.containsKey(new Key(script, input));
        }

        JsonNode get(Script script, JsonNode input) {
            return switch (results.get(new Key(script, input))) {
                case Result.Value(JsonNode value) -> value;
                case Result.Failure(ScriptFailure failure) -> throw failure;
            };
        }

        void value(Script script, JsonNode input, JsonNode value) {
            results.put(new Key(script, input), new Result.Value(value));
        }

        void failure(Script script, JsonNode input, ScriptFailure failure) {
            results.put(new Key(script, input), new Result.Failure(failure));
        }
    }
}
