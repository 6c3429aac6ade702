package dev.continuo.model;

import java.util.Optional;

/**
 * Where tasks wait for external workers: under the name of the task, apart for each domain. As stored, the queues of one
 * name stand side by side.
 *
 * @param name the task's name
 * @param domain empty for the workers that name none
 */
public record QueueName(String name, Optional<String> domain) {
    private static final char SEPARATOR = '\t';

    public static QueueName of(String name) {
        return new QueueName(name, Optional.empty());
    }

    public static QueueName ofStored(String text) {
        int at = text.indexOf(SEPARATOR);
        return at < 0 ? of(text) : new QueueName(text.substring(0, at), Optional.of(text.substring(at + 1)));
    }

    public String stored() {
        return domain.map(text -> name + SEPARATOR + text).orElse(name);
    }

    /** {@code domain:name} (source: conductor, queue sizes) */
    public String shown() {
        return domain.map(text -> text + ":" + name).orElse(name);
    }
}
