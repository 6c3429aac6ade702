package dev.continuo.api;

import io.vertx.core.Future;
import java.util.function.Supplier;

/**
 * Something that must work for requests to be served.
 *
 * @param name such as {@code postgres}
 * @param works false, or failed, when it does not
 */
public record HealthCheck(String name, Supplier<Future<Boolean>> works) {}
