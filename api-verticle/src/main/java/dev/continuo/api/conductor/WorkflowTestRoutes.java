package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Blocking;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.conductor.WorkflowView.Shown;
import dev.continuo.decide.Rehearsal;
import dev.continuo.decide.Rehearsal.Mock;
import dev.continuo.decide.Rehearsal.Play;
import dev.continuo.decide.Rehearsal.Played;
import dev.continuo.definition.Fragment;
import dev.continuo.engine.Engine;
import dev.continuo.engine.Runs;
import dev.continuo.engine.StartResult;
import dev.continuo.expression.Script;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.model.TaskStatus;
import dev.continuo.script.ConsoleSink;
import dev.continuo.store.ConductorRuns.Whole;
import dev.continuo.store.Ids;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/** {@code workflow/test}: a run in memory, with given results in place of workers (conductor: WorkflowTestRequest). */
final class WorkflowTestRoutes {
    private static final int MOST_MOCKS = 10_000;
    private static final int MAX_DEPTH = 10;
    private static final long LONGEST_MILLIS = Duration.ofDays(365).toMillis();

    private final Engine engine;
    private final StartRequests requests;
    private final RunDefinitions definitions;
    private final Blocking blocking;

    WorkflowTestRoutes(Engine engine, StartRequests requests, RunDefinitions definitions, Blocking blocking) {
        this.engine = engine;
        this.requests = requests;
        this.definitions = definitions;
        this.blocking = blocking;
    }

    List<Endpoint> endpoints(String base) {
        return List.of(Endpoint.post(base + "/workflow/test", this::test));
    }

    /** What cannot be played. */
    private static final class Unplayable extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient Future<Answer> answer;

        private Unplayable(Future<Answer> answer) {
            super(null, null, false, false);
            this.answer = answer;
        }

        private static Unplayable of(Problem problem) {
            return new Unplayable(problem.now());
        }
    }

    private Future<Answer> test(Call call, ObjectNode body) {
        return Future.succeededFuture()
                .compose(ready -> play(call, body, 1))
                .compose(play -> definitions
                        .of(play.plan().revisionId())
                        .compose(definition -> blocking.call(() -> {
                            Played played = rehearsal().play(play);
                            Whole whole = new Whole(
                                    played.run(),
                                    played.tasks(),
                                    played.passes(),
                                    played.fragments().stream()
                                            .map(Fragment::document)
                                            .toList());
                            return Answer.ok(WorkflowView.of(whole, definition, Shown.ALL));
                        })))
                .recover(failure ->
                        failure instanceof Unplayable unplayable ? unplayable.answer : Future.failedFuture(failure));
    }

    private Rehearsal rehearsal() {
        return new Rehearsal(Instant.now(), Ids::next, this::evaluated, engine.conductor());
    }

    /** On a thread that may wait. */
    private JsonNode evaluated(Script script, JsonNode input) {
        try {
            return engine.scriptPool()
                    .submit(
                            script,
                            input,
                            ConsoleSink.NONE,
                            engine.settings().scripts().timeout())
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof ScriptFailure failure) {
                throw failure;
            }
            throw e;
        }
    }

    private Future<Play> play(Call call, ObjectNode body, int depth) {
        if (depth > MAX_DEPTH) {
            return Future.failedFuture(Unplayable.of(
                    Problem.badRequest("Sub-workflows are played no deeper than " + MAX_DEPTH + " levels")));
        }
        Map<String, List<Mock>> mocks = mocks(body.path("taskRefToMockOutput"));
        return requests.of(call, body, StartRequests.Named.NOT).compose(read -> switch (read) {
            case StartRequests.Read.Faulty(Problem problem) -> Future.failedFuture(Unplayable.of(problem));
            case StartRequests.Read.Valid(var spec) ->
                engine.conductor().runs().plan(spec).compose(planned -> switch (planned) {
                    case Runs.Planned.Not(StartResult why) ->
                        Future.failedFuture(new Unplayable(WorkflowStartRoutes.answered(
                                why, id -> Problem.of(409, "It is a run: " + id).now())));
                    case Runs.Planned.Found(var plan) ->
                        children(call, body.path("subWorkflowTestRequest"), depth)
                                .map(children -> new Play(plan, Runs.origin(spec, plan), mocks, children));
                });
        });
    }

    private Future<Map<String, Play>> children(Call call, JsonNode requested, int depth) {
        Map<String, Future<Play>> plays = new LinkedHashMap<>();
        requested.properties().forEach(entry -> {
            if (entry.getValue() instanceof ObjectNode child) {
                plays.put(entry.getKey(), play(call, child, depth + 1));
            }
        });
        if (plays.isEmpty()) {
            return Future.succeededFuture(Map.of());
        }
        return Future.all(new ArrayList<>(plays.values())).map(all -> {
            Map<String, Play> children = new HashMap<>();
            plays.forEach((ref, play) -> children.put(ref, play.result()));
            return children;
        });
    }

    private static Map<String, List<Mock>> mocks(JsonNode byRef) {
        Map<String, List<Mock>> mocks = new HashMap<>();
        int count = 0;
        for (Map.Entry<String, JsonNode> entry : byRef.properties()) {
            List<Mock> list = new ArrayList<>();
            if (entry.getValue().isArray()) {
                entry.getValue().forEach(item -> list.add(mock(item)));
            } else {
                list.add(mock(entry.getValue()));
            }
            count += list.size();
            mocks.put(entry.getKey(), list);
        }
        if (count > MOST_MOCKS) {
            throw Unplayable.of(Problem.badRequest("There must be no more than " + MOST_MOCKS + " results of tasks"));
        }
        return mocks;
    }

    private static Mock mock(JsonNode item) {
        String word = item.path("status").asText("COMPLETED");
        Optional<TaskStatus> status = TaskResult.status(word);
        if (status.isEmpty()) {
            throw Unplayable.of(Problem.badRequest("The status of a task's result" + TaskResult.STATUS_RULE));
        }
        return new Mock(
                status.get(),
                item.path("output") instanceof ObjectNode output ? output : Views.object(),
                millis(item.path("queueWaitTime")),
                millis(item.path("executionTime")));
    }

    private static Duration millis(JsonNode value) {
        return Duration.ofMillis(Math.clamp(value.asLong(), 0, LONGEST_MILLIS));
    }
}
