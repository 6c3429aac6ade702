package dev.continuo.engine;

import dev.continuo.model.QueueName;
import dev.continuo.store.HandOut;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where the {@link WaitingRoom} gets tasks from. */
interface TaskSource {
    Future<HandOut> claim(QueueName queue, List<Optional<String>> seats);

    Future<Void> putBack(List<HandOut.Hand> hands);

    /** Those of the queues, as stored, in which something waits. */
    Future<Set<String>> waiting(Collection<String> queues);
}
