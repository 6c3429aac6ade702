package dev.continuo.decide;

import static dev.continuo.decide.Given.simple;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Outcome.Effect;
import dev.continuo.model.DueKind;
import dev.continuo.model.TaskStatus;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tasks whose outputs stand for further executions. */
class ReuseTest {
    private static final String CACHE = ", 'cacheConfig': {'key': '${a}-${b}', 'ttlInSecond': 60}";

    private static ConductorRun run(String cache, String input) {
        return Given.tasks(
                        simple("t", "{'a': '${workflow.input.a}', 'b': '${workflow.input.b}'}", cache),
                        simple("z", "{'got': '${t.output.v}'}"))
                .input(input)
                .start();
    }

    private static ConductorRun run() {
        return run(CACHE, "{'a': 1, 'b': 2}");
    }

    private static String key(ConductorRun run) {
        return run.effects(Effect.Recall.class).getLast().key();
    }

    private static Command.Recalled answer(ConductorRun run, Optional<String> output) {
        return new Command.Recalled(run.id(), run.last("t").id(), output.map(text -> (ObjectNode) json(text)));
    }

    @Test
    void aTaskAsksBeforeItIsQueued() {
        ConductorRun run = run();

        assertThat(run.effects(Effect.Recall.class)).hasSize(1);
        assertThat(run.effects(Effect.Dispatch.class)).isEmpty();
        assertThat(run.open("t").due().kind()).isEqualTo(DueKind.CONTINUE);
    }

    @Test
    void aKnownOutputEndsTheTaskAndIsNotKeptForLonger() {
        ConductorRun run = run();
        run.does(answer(run, Optional.of("{'v': 3}")));

        assertThat(run.summary()).isEqualTo("RUNNING t:COMPLETED z:SCHEDULED");
        assertThat(run.input("z")).isEqualTo(json("{'got': 3}"));
        assertThat(run.input("t")).isEqualTo(json("{'a': 1, 'b': 2}"));
        assertThat(run.effects(Effect.Keep.class)).isEmpty();
    }

    @Test
    void anUnknownOutputIsKeptOnceTheTaskHasDoneItsWork() {
        ConductorRun run = run();
        run.does(answer(run, Optional.empty()));
        assertThat(run.effects(Effect.Dispatch.class)).hasSize(1);
        run.done("t", "{'v': 3}");

        assertThat(run.effects(Effect.Keep.class))
                .containsExactly(new Effect.Keep(key(run), Duration.ofMinutes(1), json("{'v': 3}")));
    }

    @Test
    void aTaskThatGetsNoAnswerIsQueuedSoon() {
        ConductorRun run = run();
        run.after(5);

        assertThat(run.open("t").due().kind()).isEqualTo(DueKind.QUEUED);
        assertThat(run.effects(Effect.Recall.class)).hasSize(1);
        assertThat(run.ask(answer(run, Optional.of("{'v': 3}")))).isInstanceOf(Outcome.Rejected.class);
    }

    @Test
    void aSecondAnswerChangesNothing() {
        ConductorRun run = run();
        run.does(answer(run, Optional.empty()));

        assertThat(run.ask(answer(run, Optional.of("{'v': 3}")))).isInstanceOf(Outcome.Rejected.class);
        assertThat(run.summary()).isEqualTo("RUNNING t:SCHEDULED");
    }

    @Test
    void aPauseGoesPastTheAnswer() {
        ConductorRun run = run();
        run.pause();
        assertThat(run.ask(answer(run, Optional.of("{'v': 3}")))).isInstanceOf(Outcome.Rejected.class);
        run.resume();

        assertThat(run.open("t").due().kind()).isEqualTo(DueKind.QUEUED);
    }

    @Test
    void whatFailedIsExecutedAgainAndNothingOfAFailureIsKept() {
        ConductorRun run = run();
        run.does(answer(run, Optional.empty())).failed("t");
        assertThat(run.effects(Effect.Keep.class)).isEmpty();
        run.after(60);

        assertThat(run.effects(Effect.Recall.class)).hasSize(1);
        run.done("t", "{'v': 3}");
        assertThat(run.effects(Effect.Keep.class)).hasSize(1);
    }

    @Test
    void aTaskThatEndsWithErrorsIsNotKept() {
        ConductorRun run = run();
        run.does(answer(run, Optional.empty()));
        run.poll("t").update("t", TaskStatus.COMPLETED_WITH_ERRORS, "{}");

        assertThat(run.effects(Effect.Keep.class)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            ${a}-${b}               | {'a': 1, 'b': 2}          | {'a': 1, 'b': 2, 'c': 3}  | true
            ${a}-${b}               | {'a': 1, 'b': 2}          | {'a': 1, 'b': 3}          | false
            ${a}                    | {'a': 1, 'b': 2}          | {'a': 1, 'b': 3}          | true
            ${a.x}                  | {'a': {'x': 1, 'y': 2}}   | {'a': {'y': 3, 'x': 1}}   | true
            ${a.output}             | {'a': {'output': 1}}      | {'a': {'output': 2}}      | false
            ${a}                    | {'a': {'x': 1, 'y': 2}}   | {'a': {'y': 2, 'x': 1}}   | true
            ${workflow.input.c}     | {'a': 1, 'c': 3}          | {'a': 2, 'c': 3}          | true
            fixed                   | {'a': 1}                  | {'a': 2}                  | true
            ''                      | {'a': 1, 'b': {'c': 2}}   | {'b': {'c': 2}, 'a': 1}   | true
            ''                      | {'a': 1, 'b': {'c': 2}}   | {'b': {'c': 3}, 'a': 1}   | false
            """)
    void aKeyIsMadeOfTheInput(String key, String input, String other, boolean same) {
        String cache = ", 'cacheConfig': {'key': '" + key + "', 'ttlInSecond': 60}";

        assertThat(key(run(cache, input)).equals(key(run(cache, other)))).isEqualTo(same);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'key': '${nothing}', 'ttlInSecond': 60}
            {'key': '${a}', 'ttlInSecond': 0}
            {'key': '${a}'}
            """)
    void withoutAValueForTheKeyOrATimeNothingIsKept(String config) {
        ConductorRun run = run(", 'cacheConfig': " + config, "{'a': 1}");
        run.done("t");

        assertThat(run.effects(Effect.Recall.class)).isEmpty();
        assertThat(run.effects(Effect.Keep.class)).isEmpty();
    }

    @Test
    void tasksOfOtherNamesDoNotShare() {
        ConductorRun run = Given.tasks(
                        simple("t", "{'a': 1}", ", 'cacheConfig': {'key': '${a}', 'ttlInSecond': 60}"),
                        simple("u", "{'a': 1}", ", 'cacheConfig': {'key': '${a}', 'ttlInSecond': 60}"))
                .start();
        String first = key(run);
        run.does(answer(run, Optional.of("{}")));

        assertThat(key(run)).isNotEqualTo(first);
    }
}
