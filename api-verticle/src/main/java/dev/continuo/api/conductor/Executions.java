package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.QueryReader;
import dev.continuo.api.conductor.SignalViews.ReturnStrategy;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorTasks;
import dev.continuo.store.ConductorTasks.Found;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/** Answers with what has become of a run, after waiting for it (conductor: execute). */
final class Executions {
    /** Clients stop listening at about the time that they have asked for. */
    private static final Duration EARLIER = Duration.ofMillis(200);

    private static final int USUAL_SECONDS = 10;
    private static final int MOST_SECONDS = 100;
    private static final int MOST_REFS = 100;

    private final ConductorRuns runs;
    private final ConductorTasks tasks;
    private final WorkflowReads reads;
    private final RunDefinitions definitions;
    private final RunWaits waits;

    Executions(
            ConductorRuns runs, ConductorTasks tasks, WorkflowReads reads, RunDefinitions definitions, RunWaits waits) {
        this.runs = runs;
        this.tasks = tasks;
        this.reads = reads;
        this.definitions = definitions;
        this.waits = waits;
    }

    /** @param refs the tasks that are waited for, besides the run's end */
    record Wish(Optional<String> requestId, Set<String> refs, Duration patience, ReturnStrategy strategy) {
        static final Set<String> NAMES =
                Set.of("requestId", "waitUntilTaskRef", "waitForSeconds", "consistency", "returnStrategy");

        static Wish of(QueryReader query) {
            Optional<String> requestId = query.text("requestId");
            Set<String> refs = Arrays.stream(
                            query.text("waitUntilTaskRef").orElse("").split(","))
                    .map(String::strip)
                    .filter(ref -> !ref.isEmpty())
                    .collect(Collectors.toCollection(TreeSet::new));
            if (refs.size() > MOST_REFS) {
                query.flaw("waitUntilTaskRef", "waitUntilTaskRef must name no more than " + MOST_REFS + " tasks");
            }
            int seconds = Math.min(query.number(USUAL_SECONDS, 0, Integer.MAX_VALUE, "waitForSeconds"), MOST_SECONDS);
            Duration wait = Duration.ofSeconds(seconds);
            return new Wish(requestId, refs, seconds == 0 ? wait : wait.minus(EARLIER), strategy(query));
        }

        static ReturnStrategy strategy(QueryReader query) {
            String word = query.text("returnStrategy").orElse(ReturnStrategy.TARGET_WORKFLOW.name());
            Optional<ReturnStrategy> strategy = Arrays.stream(ReturnStrategy.values())
                    .filter(known -> known.name().equals(word))
                    .findFirst();
            if (strategy.isEmpty()) {
                query.flaw(
                        "returnStrategy", "returnStrategy must be one of " + Arrays.toString(ReturnStrategy.values()));
            }
            return strategy.orElse(ReturnStrategy.TARGET_WORKFLOW);
        }
    }

    Future<Answer> answer(UUID target, Wish wish) {
        return waits.until(target, wish.refs(), wish.patience()).compose(over -> answered(target, wish, !over));
    }

    /** The output alone; 206 while there will be more of it. */
    Future<Answer> answerAsApi(UUID target, Wish wish) {
        return waits.until(target, wish.refs(), wish.patience())
                .compose(over -> runs.run(ConductorApi.NAMESPACE, target))
                .compose(found -> {
                    if (found.isEmpty()) {
                        return RunOperations.notFound(target.toString()).now();
                    }
                    var run = found.get();
                    return definitions.of(run.origin().revisionId()).map(definition -> {
                        var output = definition.masking().applied(run.output());
                        return new Answer.Json(
                                        run.status().terminal() ? 200 : 206,
                                        output.isObject() ? output : Views.object())
                                .with("X-Workflow-Id", target.toString())
                                .with("X-Workflow-Status", run.status().name());
                    });
                });
    }

    private Future<Answer> answered(UUID target, Wish wish, boolean timedOut) {
        if (wish.strategy() == ReturnStrategy.TARGET_WORKFLOW) {
            return targetRun(target, wish, timedOut);
        }
        return tasks.blocking(ConductorApi.NAMESPACE, target)
                .compose(found -> found.isEmpty()
                        ? targetRun(target, wish, timedOut)
                        : blocking(target, found.get(), wish, timedOut));
    }

    /** Also where nothing blocks: then there is nothing else to tell about. */
    private Future<Answer> targetRun(UUID target, Wish wish, boolean timedOut) {
        return reads.one(
                target,
                true,
                (whole, definition) -> SignalViews.workflowRun(
                        new SignalViews.Request(whole.run(), wish.requestId(), timedOut),
                        ReturnStrategy.TARGET_WORKFLOW,
                        whole,
                        definition));
    }

    private Future<Answer> blocking(UUID target, Found found, Wish wish, boolean timedOut) {
        return runs.run(ConductorApi.NAMESPACE, target).compose(run -> {
            if (run.isEmpty()) {
                return RunOperations.notFound(target.toString()).now();
            }
            SignalViews.Request request = new SignalViews.Request(run.get(), wish.requestId(), timedOut);
            boolean whole = wish.strategy() == ReturnStrategy.BLOCKING_WORKFLOW;
            return reads.one(found.run().id(), whole, (shown, definition) -> {
                ObjectNode view = whole
                        ? SignalViews.workflowRun(request, wish.strategy(), shown, definition)
                        : SignalViews.taskRun(request, wish.strategy(), shown.run(), found.task(), definition);
                return view;
            });
        });
    }
}
