package dev.continuo.engine;

import dev.continuo.decide.Outcome;
import dev.continuo.store.AgentTasks;
import dev.continuo.webhook.CallbackHints;
import java.util.Optional;
import java.util.UUID;

/** Tells whoever sends callbacks what this process has done for tasks that have one. Safe for any thread. */
public final class AgentNews {
    private volatile Optional<CallbackHints> listener = Optional.empty();

    AgentNews() {}

    /** The one that sends callbacks in this process. */
    public void tell(CallbackHints hints) {
        listener = Optional.of(hints);
    }

    void committed(Outcome.Accepted outcome) {
        if (AgentTasks.callsBack(outcome.run())) {
            moved(outcome.run().id());
        }
    }

    /** The log of a task of this run has grown. */
    public void moved(UUID runId) {
        listener.ifPresent(hints -> hints.moved(runId));
    }
}
