package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Problem;
import dev.continuo.api.conductor.RunDefinitions.RunDefinition;
import dev.continuo.api.conductor.WorkflowView.Shown;
import dev.continuo.store.ConductorRuns;
import dev.continuo.store.ConductorRuns.Whole;
import dev.continuo.store.Listed;
import io.vertx.core.Future;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/** Reads runs and shows them; large ones are turned into their views off the event loop. */
final class WorkflowReads {
    /** So many tasks may be shown on the event loop. */
    private static final int FEW_TASKS = 50;

    private final ConductorRuns runs;
    private final RunDefinitions definitions;
    private final Blocking blocking;

    WorkflowReads(ConductorRuns runs, RunDefinitions definitions, Blocking blocking) {
        this.runs = runs;
        this.definitions = definitions;
        this.blocking = blocking;
    }

    Future<Answer> workflow(UUID id, Shown shown) {
        return one(id, shown.tasks(), (whole, definition) -> WorkflowView.of(whole, definition, shown));
    }

    /** 404 for a run that is not there. */
    Future<Answer> one(UUID id, boolean tasks, BiFunction<Whole, RunDefinition, ObjectNode> view) {
        return runs.wholes(ConductorApi.NAMESPACE, List.of(id), tasks).compose(listed -> switch (listed) {
            case Listed.TooLarge<Whole>(long bytes) -> tooLarge(bytes).now();
            case Listed.Page<Whole>(long total, List<Whole> rows) ->
                rows.isEmpty()
                        ? RunOperations.notFound(id.toString()).now()
                        : definitions
                                .of(rows.getFirst().run().origin().revisionId())
                                .compose(definition -> shown(rows, () -> view.apply(rows.getFirst(), definition)))
                                .map(Answer::ok);
        });
    }

    /** Views of all of them, in the order of their starts. */
    Future<Answer> many(Collection<UUID> ids, Shown shown, Function<List<Viewed>, Answer> answer) {
        if (ids.isEmpty()) {
            return answer.apply(List.of()).now();
        }
        return runs.wholes(ConductorApi.NAMESPACE, ids, shown.tasks()).compose(listed -> switch (listed) {
            case Listed.TooLarge<Whole>(long bytes) -> tooLarge(bytes).now();
            case Listed.Page<Whole>(long total, List<Whole> rows) ->
                definitions
                        .of(rows.stream()
                                .map(whole -> whole.run().origin().revisionId())
                                .toList())
                        .compose(known -> shown(rows, () -> viewed(rows, known, shown)))
                        .map(answer);
        });
    }

    record Viewed(Optional<String> correlationId, ObjectNode view) {}

    private static List<Viewed> viewed(List<Whole> rows, Map<UUID, RunDefinition> definitions, Shown shown) {
        return rows.stream()
                .map(whole -> new Viewed(
                        whole.run().origin().correlationId(),
                        WorkflowView.of(
                                whole, definitions.get(whole.run().origin().revisionId()), shown)))
                .toList();
    }

    private <T> Future<T> shown(List<Whole> rows, Supplier<T> view) {
        int tasks = rows.stream().mapToInt(whole -> whole.tasks().size()).sum() + rows.size();
        return tasks <= FEW_TASKS ? Future.succeededFuture(view.get()) : blocking.call(view::get);
    }

    static Problem tooLarge(long bytes) {
        return Problem.of(
                413,
                "What is asked for carries %d bytes, more than the %d that one answer may: ask without tasks, or for"
                                .formatted(bytes, Listed.MAX_PAGE_BYTES)
                        + " the tasks page by page");
    }
}
