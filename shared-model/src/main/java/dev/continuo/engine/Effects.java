package dev.continuo.engine;

import dev.continuo.decide.Command;
import dev.continuo.decide.Outcome;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.events.Event;
import dev.continuo.events.EventPublisher;
import dev.continuo.events.RunLifecycle;
import dev.continuo.events.TaskQueued;
import dev.continuo.model.QueueName;
import dev.continuo.model.Run;
import dev.continuo.model.Task;
import dev.continuo.store.CommitListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Does what committed decisions ask for: publishes events, continues long chains, wakes the sweeper early. Everything
 * here may get lost with the process: the state in Postgres causes it again.
 */
final class Effects implements CommitListener {
    private final EventPublisher publisher;
    private final Consumer<Command> commands;
    private final Consumer<Instant> alarms;
    private final Aftermath aftermath;
    private final Announcer announcer;
    private final AgentNews agentNews;
    private final MeterRegistry registry;
    private final Counter started;

    Effects(
            EventPublisher publisher,
            Consumer<Command> commands,
            Consumer<Instant> alarms,
            Aftermath aftermath,
            Announcer announcer,
            AgentNews agentNews,
            MeterRegistry registry) {
        this.publisher = publisher;
        this.aftermath = aftermath;
        this.announcer = announcer;
        this.agentNews = agentNews;
        this.commands = commands;
        this.alarms = alarms;
        this.registry = registry;
        this.started = Counter.builder("continuo.runs.started").register(registry);
    }

    @Override
    public void committed(List<Outcome.Accepted> outcomes) {
        List<Event> events = new ArrayList<>();
        Optional<Instant> alarm = Optional.empty();
        for (Outcome.Accepted outcome : outcomes) {
            for (Effect effect : outcome.effects()) {
                switch (effect) {
                    case Effect.Dispatch(Task task) -> {
                        events.add(taskQueued(outcome.run(), task));
                        task.label().queue().ifPresent(aftermath::queued);
                    }
                    case Effect.Perform(Task task) -> aftermath.perform(outcome.run(), task);
                    case Effect.ChildChange change -> aftermath.childChange(change);
                    case Effect.CheckChild(Task task) -> aftermath.checkChild(outcome.run(), task);
                    case Effect.AfterFailure(Run run) -> aftermath.afterFailure(run);
                    case Effect.Continue(Task task) ->
                        commands.accept(new Command.TaskDue(outcome.run().id(), task.id()));
                    case Effect.RunChanged(Effect.Change change) -> events.add(changed(outcome.run(), change));
                    case Effect.Announce announce -> announcer.announce(outcome.run(), announce);
                    case Effect.Recall recall -> {}
                    case Effect.Keep keep -> {}
                    case Effect.TimeoutAlert(String what) -> alert(what);
                }
            }
            aftermath.committed(outcome);
            agentNews.committed(outcome);
            alarm = earliest(alarm, outcome.run().deadline());
            alarm = earliest(alarm, outcome.inserted());
            alarm = earliest(alarm, outcome.updated());
        }
        publisher.publish(events);
        alarm.ifPresent(alarms);
    }

    private static Optional<Instant> earliest(Optional<Instant> known, List<Task> tasks) {
        Optional<Instant> earliest = known;
        for (Task task : tasks) {
            switch (task.due().kind()) {
                case DELAY, TIMER, LIMIT, RESPONSE, QUEUED ->
                    earliest = earliest(earliest, task.due().at());
                case CHILD, NONE, DISPATCH, LEASE, HELD, CONTINUE -> {}
            }
        }
        return earliest;
    }

    private static Optional<Instant> earliest(Optional<Instant> a, Optional<Instant> b) {
        if (a.isEmpty() || b.isEmpty()) {
            return a.isEmpty() ? b : a;
        }
        return a.get().isBefore(b.get()) ? a : b;
    }

    static TaskQueued taskQueued(Run run, Task task) {
        return new TaskQueued(
                task.id(),
                run.id(),
                run.origin().namespace(),
                task.label().type(),
                run.origin().priority(),
                task.label().attempt(),
                task.label().queue().map(QueueName::ofStored));
    }

    private RunLifecycle changed(Run run, Effect.Change change) {
        if (change == Effect.Change.STARTED) {
            started.increment();
        } else if (run.status().terminal()) {
            registry.counter("continuo.runs.ended", "status", run.status().name())
                    .increment();
        }
        return new RunLifecycle(
                run.id(),
                run.origin().namespace(),
                run.origin().definitionId(),
                run.origin().name(),
                RunLifecycle.Change.valueOf(change.name()),
                run.status(),
                run.version(),
                run.times().updatedAt(),
                run.reason());
    }

    /** The counter's name is the one that users of the original watch (workflowsvc: Properties, timeout policy). */
    private void alert(String what) {
        registry.counter("workflow.failure", "status", "TIMED_OUT", "of", what).increment();
    }
}
