package dev.continuo.engine;

import dev.continuo.decide.Outcome;
import dev.continuo.model.Run;
import dev.continuo.model.Task;

/**
 * What a committed decision asks of the engine itself. Called on a lane's thread, which must not be held up; what gets
 * lost with the process is asked for again by the sweep.
 */
interface Aftermath {

    /** Where nothing asks for anything. */
    Aftermath NONE = new Aftermath() {
        @Override
        public void queued(String queue) {}

        @Override
        public void perform(Run run, Task task) {}

        @Override
        public void childChange(Outcome.Effect.ChildChange change) {}

        @Override
        public void checkChild(Run run, Task task) {}

        @Override
        public void afterFailure(Run run) {}

        @Override
        public void committed(Outcome.Accepted outcome) {}
    };

    /** A task waits in this queue, as stored. */
    void queued(String queue);

    void perform(Run run, Task task);

    void childChange(Outcome.Effect.ChildChange change);

    void checkChild(Run run, Task task);

    void afterFailure(Run run);

    /** Any decision, for those who wait for what becomes of its run. */
    void committed(Outcome.Accepted outcome);
}
