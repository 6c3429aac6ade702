package dev.continuo.engine;

import dev.continuo.decide.Outcome;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** An aftermath that exists only once the committer does, whose listener it is; nothing is committed before. */
record LateAftermath(
        PollHub polls,
        Supplier<Optional<Family>> family,
        Supplier<Optional<RunSlots>> slots,
        Supplier<Optional<OutputMemory>> memory)
        implements Aftermath {

    private void tell(Consumer<Family> told) {
        family.get().ifPresent(told);
    }

    @Override
    public void queued(String queue) {
        tell(there -> there.queued(queue));
    }

    @Override
    public void perform(Run run, Task task) {
        tell(there -> there.perform(run, task));
    }

    @Override
    public void childChange(Outcome.Effect.ChildChange change) {
        tell(there -> there.childChange(change));
    }

    @Override
    public void checkChild(Run run, Task task) {
        tell(there -> there.checkChild(run, task));
    }

    @Override
    public void afterFailure(Run run) {
        tell(there -> there.afterFailure(run));
    }

    @Override
    public void committed(Outcome.Accepted outcome) {
        polls.committed(outcome);
        tell(there -> there.committed(outcome));
        slots.get().ifPresent(there -> there.committed(outcome));
        memory.get().ifPresent(there -> there.committed(outcome));
    }
}
