package dev.continuo.store;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Command;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import io.vertx.core.Promise;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/** Something that waits in a lane, and who waits for what becomes of it. */
sealed interface Pending {

    Promise<Reply> promise();

    UUID runId();

    Evaluations evaluations();

    record ToStart(NewRun run, Promise<Reply> promise, Evaluations evaluations) implements Pending {
        @Override
        public UUID runId() {
            return run.start().runId();
        }
    }

    record ToDecide(Command command, Promise<Reply> promise, Evaluations evaluations) implements Pending {
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
