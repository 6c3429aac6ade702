package dev.continuo.events;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the topics that are not there. Any number of processes may do so at once, and again later. */
public final class TopicCreator {
    private static final Logger LOG = LoggerFactory.getLogger(TopicCreator.class);

    /** Dead letters are few and read by people. */
    private static final int DEAD_PARTITIONS = 1;

    private final KafkaAdmin admin;
    private final Topics topics;
    private final TopicLayout layout;
    private Optional<Future<Ensured>> underWay = Optional.empty();

    public TopicCreator(KafkaAdmin admin, Topics topics, TopicLayout layout) {
        this.admin = admin;
        this.topics = topics;
        this.layout = layout;
    }

    /**
     * @param created topics that were not there
     * @param smaller topics that have fewer partitions than configured, and keep them
     */
    public record Ensured(TreeSet<String> created, TreeSet<String> smaller) {}

    /**
     * Makes what is absent, within the admin client's time limit for each of two steps. Fails with {@link
     * KafkaUnreachable}, or with Kafka's exception when it refuses (too many replicas, not authorized).
     */
    public synchronized Future<Ensured> ensure() {
        if (underWay.isEmpty() || underWay.get().isComplete()) {
            Map<String, Integer> wanted = wanted();
            underWay = Optional.of(admin.call(client -> partitions(client, wanted.keySet()))
                    .compose(present -> create(wanted, present))
                    .onSuccess(TopicCreator::report));
        }
        return underWay.get();
    }

    private Map<String, Integer> wanted() {
        Map<String, Integer> wanted = new HashMap<>();
        wanted.put(topics.taskQueued(), layout.taskQueuedPartitions());
        wanted.put(topics.commands(), layout.commandsPartitions());
        wanted.put(topics.lifecycle(), layout.lifecyclePartitions());
        wanted.put(topics.events(), layout.lifecyclePartitions());
        topics.live().forEach(topic -> wanted.put(Topics.dead(topic), DEAD_PARTITIONS));
        return wanted;
    }

    private Future<Ensured> create(Map<String, Integer> wanted, Map<String, Integer> present) {
        TreeSet<String> smaller = wanted.keySet().stream()
                .filter(topic -> present.getOrDefault(topic, Integer.MAX_VALUE) < wanted.get(topic))
                .collect(Collectors.toCollection(TreeSet::new));
        List<NewTopic> absent = new ArrayList<>();
        wanted.forEach((topic, partitions) -> {
            if (!present.containsKey(topic)) {
                absent.add(new NewTopic(topic, partitions, layout.replication()));
            }
        });
        if (absent.isEmpty()) {
            return Future.succeededFuture(new Ensured(new TreeSet<>(), smaller));
        }
        return admin.call(client -> created(client, absent)).map(created -> new Ensured(created, smaller));
    }

    /** The topics of these that exist, with the number of their partitions. */
    private static CompletionStage<Map<String, Integer>> partitions(Admin client, Set<String> names) {
        Map<String, KafkaFuture<Integer>> answers = new HashMap<>();
        client.describeTopics(names)
                .topicNameValues()
                .forEach((topic, answer) -> answers.put(
                        topic, answer.thenApply(found -> found.partitions().size())));
        return collected(answers, UnknownTopicOrPartitionException.class);
    }

    /** Those of the topics that were made; another process may have been faster with the others. */
    private static CompletionStage<TreeSet<String>> created(Admin client, List<NewTopic> absent) {
        Map<String, KafkaFuture<String>> answers = new HashMap<>();
        client.createTopics(absent)
                .values()
                .forEach((topic, answer) -> answers.put(topic, answer.thenApply(nothing -> topic)));
        return collected(answers, TopicExistsException.class).thenApply(made -> new TreeSet<>(made.keySet()));
    }

    /** All answers but those that failed as expected; any other failure fails the whole. */
    private static <T> CompletionStage<Map<String, T>> collected(
            Map<String, KafkaFuture<T>> answers, Class<? extends Exception> expected) {
        CompletionStage<Map<String, T>> all = CompletableFuture.completedStage(new HashMap<>());
        for (Map.Entry<String, KafkaFuture<T>> answer : answers.entrySet()) {
            CompletionStage<Optional<T>> settled = answer.getValue()
                    .toCompletionStage()
                    .handle((value, failure) -> unless(expected, value, Optional.ofNullable(failure)));
            all = all.thenCombine(settled, (found, value) -> {
                value.ifPresent(present -> found.put(answer.getKey(), present));
                return found;
            });
        }
        return all;
    }

    private static <T> Optional<T> unless(Class<? extends Exception> expected, T value, Optional<Throwable> failure) {
        if (failure.isEmpty()) {
            return Optional.of(value);
        }
        Throwable cause = KafkaAdmin.unwrapped(failure.get());
        if (expected.isInstance(cause)) {
            return Optional.empty();
        }
        throw new CompletionException(cause);
    }

    private static void report(Ensured ensured) {
        if (!ensured.created.isEmpty()) {
            LOG.info("Created the Kafka topics {}", ensured.created);
        }
        if (!ensured.smaller.isEmpty()) {
            LOG.warn(
                    "The Kafka topics {} have fewer partitions than configured and keep them: more would move keys",
                    ensured.smaller);
        }
    }
}
