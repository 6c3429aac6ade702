package dev.continuo.events;

import io.vertx.core.Future;

/** Does what a command asks. */
@FunctionalInterface
public interface CommandHandler {
    /**
     * Is called on the consumer's context and must not block it. The same command may come again and must then change
     * nothing. A future that fails counts as {@link Handled.Retry} a few times, after that the command is dead.
     */
    Future<Handled> handle(EngineCommand command);
}
