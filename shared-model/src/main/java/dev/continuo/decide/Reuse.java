package dev.continuo.decide;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamWriteConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.definition.OutputCache;
import dev.continuo.expression.RenderResult;
import dev.continuo.model.Due;
import dev.continuo.model.DueKind;
import dev.continuo.model.Task;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Outputs that stand for further executions (conductor: cacheConfig). A decision cannot look anything up, so a task whose
 * output may be known asks for it first, and begins when there is none, or nobody has answered in time.
 */
final class Reuse {
    /** An answer takes one look at a table; when it got lost, the task is not held up for longer than this. */
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /** As deep as a payload may be that is stored. */
    private static final int MAX_DEPTH = 2_000;

    private static final JsonMapper SORTED = JsonMapper.builder(JsonFactory.builder()
                    .streamWriteConstraints(StreamWriteConstraints.builder()
                            .maxNestingDepth(MAX_DEPTH)
                            .build())
                    .build())
            .enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED)
            .build();

    private final Draft draft;
    private final Inputs inputs;

    Reuse(Draft draft, Inputs inputs) {
        this.draft = draft;
        this.inputs = inputs;
    }

    /** True when the task waits for an answer now. What failed once is executed, whatever is known. */
    boolean asks(Task task, ObjectNode input) {
        if (task.label().attempt() > 0 || Notes.asked(task)) {
            return false;
        }
        Optional<String> key = key(task, input);
        key.ifPresent(known -> {
            Due patience = Due.at(DueKind.CONTINUE, draft.now().plus(PATIENCE));
            Task asking = Notes.with(task, Notes.CACHE_ASKED, BooleanNode.TRUE).withDue(patience, draft.now());
            draft.put(asking);
            draft.effect(new Effect.Recall(asking.id(), known));
        });
        return key.isPresent();
    }

    /** The attempt with what tells, once it is over, under which key its output is kept. */
    Task keyed(Task task, ObjectNode input) {
        return key(task, input)
                .map(key -> Notes.with(task, Notes.CACHE_KEY, TextNode.valueOf(key)))
                .orElse(task);
    }

    /** An output that has come of an execution is kept; one that was kept before is not kept for longer. */
    void completed(Task task) {
        JsonNode key = task.extra().notes().path(Notes.CACHE_KEY);
        if (key.isTextual()) {
            cache(task).ifPresent(cache -> draft.effect(new Effect.Keep(key.textValue(), cache.ttl(), task.output())));
        }
    }

    private Optional<OutputCache> cache(Task task) {
        return task.label().part() == 0
                ? Optional.ofNullable(
                        draft.plan().traits().caches().get(task.label().ref()))
                : Optional.empty();
    }

    /** Empty, too, when a reference of the key finds nothing: inputs that have nothing in common would share an output. */
    private Optional<String> key(Task task, ObjectNode input) {
        return cache(task)
                .flatMap(cache -> cache.key().isEmpty()
                        ? Optional.of(input)
                        : inputs.key(task, cache.key().get(), input) instanceof RenderResult.Rendered(JsonNode value)
                                ? Optional.of(value)
                                : Optional.empty())
                .map(value -> hash(task.label().type(), task.label().name(), value));
    }

    private static String hash(String type, String name, JsonNode value) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (String part : new String[] {type, "\n", name, "\n", SORTED.writeValueAsString(value)}) {
                digest.update(part.getBytes(UTF_8));
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("A tree can be written", e);
        }
    }
}
