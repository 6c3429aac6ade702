package dev.continuo.events;

import java.util.List;
import java.util.regex.Pattern;

/**
 * The names of one installation's topics.
 *
 * @param prefix what all of them start with, {@code continuo.} unless several installations share a Kafka
 */
public record Topics(String prefix) {
    /** What Kafka allows in a name; the bound leaves room for the longest suffix in Kafka's 249 characters. */
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._-]{0,200}");

    private static final String DEAD = ".dead";

    public static final Topics DEFAULT = new Topics("continuo.");

    public Topics {
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException("The topic prefix `" + prefix
                    + "` is not allowed: up to 200 letters, digits, dots, underscores and dashes");
        }
    }

    /** Wake-ups for workers, keyed by task. */
    public String taskQueued() {
        return prefix + "task-queued";
    }

    /** What others ask of the engine, keyed by run. */
    public String commands() {
        return prefix + "commands";
    }

    /** What happened to runs, keyed by run. */
    public String lifecycle() {
        return prefix + "lifecycle";
    }

    /** What runs announce because their definitions say so, keyed by run. */
    public String events() {
        return prefix + "events";
    }

    /** Where the records of a topic go that nobody could make sense of. */
    public static String dead(String topic) {
        return topic + DEAD;
    }

    /** The consumer group of the engine. */
    public String engineGroup() {
        return prefix + "engine";
    }

    /** All that carry events; each has a {@link #dead dead-letter} topic beside it. */
    public List<String> live() {
        return List.of(taskQueued(), commands(), lifecycle(), events());
    }

    /** Where events of a type go. */
    public String of(EventType type) {
        return switch (type) {
            case TASK_QUEUED -> taskQueued();
            case RUN_LIFECYCLE -> lifecycle();
            case WORKFLOW_EVENT -> events();
            case START_RUN, COMPLETE_TASK, FAIL_TASK -> commands();
        };
    }
}
