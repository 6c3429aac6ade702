package dev.continuo.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.SecretMentions;
import dev.continuo.expression.Limits;
import dev.continuo.expression.RenderResult;
import dev.continuo.expression.SecretReferences;
import dev.continuo.expression.SecretReferences.Kind;
import dev.continuo.expression.SecretReferences.Mention;
import dev.continuo.model.Dialect;
import dev.continuo.secret.UnsealFailure;
import dev.continuo.store.EnvironmentVariables;
import dev.continuo.store.Secrets;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Puts secrets and environment variables into the input of a task, for who executes it and for nobody else (conductor:
 * expressions). Only what the task's own definition mentions is put in: a text that looks like it and came with data stays
 * a text. An input that mentions nothing costs nothing. Safe for any thread; futures complete on the caller's context.
 */
public final class SecretInputs {
    /** As many values are masked in what the execution leaves behind. */
    private static final int MOST_VALUES = 100;

    private static final String REVISION = "SELECT revision_id FROM run WHERE id = $1";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Pool pool;
    private final Function<UUID, Future<Optional<Plan>>> plans;
    private final Secrets secrets;
    private final EnvironmentVariables environment;

    SecretInputs(
            Pool pool,
            Function<UUID, Future<Optional<Plan>>> plans,
            Secrets secrets,
            EnvironmentVariables environment) {
        this.pool = pool;
        this.plans = plans;
        this.secrets = secrets;
        this.environment = environment;
    }

    /** What came of it. */
    public sealed interface Filled {
        /**
         * @param input to execute with, and not to be stored
         * @param secrets the values that must not be shown: those of secrets, and what they are made of
         */
        record Ready(JsonNode input, List<String> secrets) implements Filled {}

        /** @param reason why the task cannot be executed; free of values */
        record Impossible(String reason) implements Filled {}
    }

    /**
     * @param ref the task's reference name as the definition has it
     * @param input as it is stored
     */
    public Future<Filled> ofRun(String namespace, UUID runId, String ref, JsonNode input) {
        if (!SecretReferences.mentioned(input)) {
            return Future.succeededFuture(new Filled.Ready(input, List.of()));
        }
        return pool.preparedQuery(REVISION)
                .execute(Tuple.of(runId))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(new Filled.Impossible("There is no run " + runId))
                        : ofRevision(namespace, rows.iterator().next().getUUID(0), ref, input));
    }

    /** The same for who knows what the run executes. */
    public Future<Filled> ofRevision(String namespace, UUID revisionId, String ref, JsonNode input) {
        if (!SecretReferences.mentioned(input)) {
            return Future.succeededFuture(new Filled.Ready(input, List.of()));
        }
        return plans.apply(revisionId)
                .compose(plan -> filled(namespace, mentions(plan, ref, input), input))
                .recover(failure -> failure instanceof UnsealFailure
                        ? Future.succeededFuture(
                                new Filled.Impossible("A secret cannot be read: " + failure.getMessage()))
                        : Future.failedFuture(failure));
    }

    private static Set<Mention> mentions(Optional<Plan> plan, String ref, JsonNode input) {
        Set<Mention> mentions = new LinkedHashSet<>(SecretReferences.in(input));
        mentions.retainAll(plan.filter(known -> known.dialect() == Dialect.CONDUCTOR)
                .map(known -> SecretMentions.of((ObjectNode) known.traits().document(), ref))
                .orElse(Set.of()));
        return mentions;
    }

    private Future<Filled> filled(String namespace, Set<Mention> mentions, JsonNode input) {
        if (mentions.isEmpty()) {
            return Future.succeededFuture(new Filled.Ready(input, List.of()));
        }
        Set<String> secretNames = names(mentions, Kind.SECRET);
        Set<String> variableNames = names(mentions, Kind.ENVIRONMENT);
        Future<Map<String, String>> hidden =
                secretNames.isEmpty() ? Future.succeededFuture(Map.of()) : secrets.values(namespace, secretNames);
        Future<Map<String, String>> open = variableNames.isEmpty()
                ? Future.succeededFuture(Map.of())
                : environment.values(namespace, variableNames);
        return Future.all(hidden, open).map(both -> {
            secretNames.removeAll(hidden.result().keySet());
            variableNames.removeAll(open.result().keySet());
            return secretNames.isEmpty() && variableNames.isEmpty()
                    ? replaced(input, mentions, hidden.result(), open.result())
                    : new Filled.Impossible(missing(secretNames, variableNames));
        });
    }

    private static Set<String> names(Set<Mention> mentions, Kind kind) {
        return mentions.stream()
                .filter(mention -> mention.kind() == kind)
                .map(Mention::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String missing(Set<String> secretNames, Set<String> variableNames) {
        return secretNames.isEmpty()
                ? "There is no environment variable " + String.join(", ", variableNames)
                : "There is no secret " + String.join(", ", secretNames);
    }

    private static Filled replaced(
            JsonNode input, Set<Mention> mentions, Map<String, String> hidden, Map<String, String> open) {
        Set<String> values = new LinkedHashSet<>();
        hidden.values().forEach(value -> parts(value, values));
        if (values.size() > MOST_VALUES) {
            return new Filled.Impossible("The input takes more than " + MOST_VALUES + " values from secrets");
        }
        return switch (SecretReferences.replaced(
                input, mentions::contains, value(hidden), value(open), Limits.DEFAULT)) {
            case RenderResult.Rendered(JsonNode filled) -> new Filled.Ready(filled, List.copyOf(values));
            case RenderResult.TooLarge(int maxChars) ->
                new Filled.Impossible("With its secrets the input would be larger than " + maxChars + " characters");
            case RenderResult.Refused(var reference, String message) ->
                new Filled.Impossible(reference.text() + ": " + message);
            case RenderResult.Unresolved(var reference) -> new Filled.Impossible(reference.text() + " has no value");
        };
    }

    private static Function<String, Optional<JsonNode>> value(Map<String, String> values) {
        return name -> Optional.ofNullable(values.get(name)).map(TextNode::valueOf);
    }

    /** A reference may take a part of a secret that is JSON. */
    private static void parts(String value, Set<String> parts) {
        parts.add(value);
        if (value.startsWith("{") || value.startsWith("[")) {
            try {
                leaves(JSON.readTree(value), parts);
            } catch (JsonProcessingException noJson) {
                parts.add(value);
            }
        }
    }

    private static void leaves(JsonNode tree, Set<String> leaves) {
        if (tree.isContainerNode()) {
            tree.forEach(child -> leaves(child, leaves));
        } else if (tree.isTextual() || tree.isNumber()) {
            leaves.add(tree.asText());
        }
    }
}
