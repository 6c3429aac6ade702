package dev.continuo.engine;

import dev.continuo.decide.Command;
import dev.continuo.store.Reply;
import io.vertx.core.Future;

/** Where commands go; what fails has been told to the log, and need not be looked at. */
@FunctionalInterface
interface Commands {
    Future<Reply> submit(Command command);
}
