package dev.continuo.decide;

import static dev.continuo.decide.Given.join;
import static dev.continuo.decide.Given.simple;
import static dev.continuo.decide.Given.system;
import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.decide.Outcome.Effect;
import dev.continuo.model.RunStatus;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Large runs: no decision does more than its share, and none costs more than another. */
class ConductorLimitsTest {
    private static final int STEPS = DeciderLimits.DEFAULTS.stepsPerDecision();

    @Test
    void aForkOfAThousandBranchesBeginsInSharesAndEndsWithItsLastBranch() {
        int branches = 1_000;
        ConductorRun run = Given.tasks(
                        system(
                                "FORK_JOIN_DYNAMIC",
                                "f",
                                "{'forkTaskName': 'w', 'forkTaskInputs': '${workflow.input.list}'}",
                                ""),
                        join("j"),
                        simple("z"))
                .input("{'list': "
                        + IntStream.range(0, branches)
                                .mapToObj(Integer::toString)
                                .toList() + "}")
                .unchecked();
        assertThat(run.inner().started().effects().stream().filter(Effect.Continue.class::isInstance))
                .as("those that gave way, each continued in a decision of its own")
                .hasSize(branches - STEPS + 1);
        run.sizes().clear();

        List<String> refs = new ArrayList<>(
                IntStream.range(0, branches).mapToObj(i -> "_w_" + i).toList());
        Collections.reverse(refs);
        run.all(refs.subList(0, branches - 1).toArray(String[]::new));
        assertThat(run.sizes()).as("rows that each completion wrote").containsOnly(1);
        run.all(refs.getLast());

        assertThat(run.sizes().getLast())
                .as("the branch, the join and what follows")
                .isEqualTo(3);
        assertThat(run.isOpen("z")).isTrue();
        assertThat(run.output("j")).hasSize(branches);
    }

    @Test
    void aLoopOfTenThousandPassesGivesWayAndCostsTheSameAllTheWay() {
        int passes = 10_000;
        ConductorRun run = Given.tasks(system(
                        "DO_WHILE",
                        "l",
                        "{'most': " + passes + "}",
                        ", 'loopCondition': '$.l.iteration < $.most', 'loopOver': ["
                                + system("SET_VARIABLE", "s", "{'n': '${l.output.iteration}'}", "") + "]"))
                .unchecked();

        assertThat(run.status()).isEqualTo(RunStatus.COMPLETED);
        assertThat(run.sizes()).as("rows that a decision wrote").allMatch(size -> size <= STEPS + 3);
        assertThat(run.run().variables()).isEqualTo(json("{'n': " + passes + "}"));
        assertThat(run.output("l")).hasSize(passes + 1);
        assertThat(run.inner().state().weight())
                .as("what is kept of the run at its end")
                .isLessThan(4 << 20);
    }

    @Test
    void aLoopThatKeepsFewPassesHoldsOnToFew() {
        ConductorRun run = Given.tasks(system(
                        "DO_WHILE",
                        "l",
                        "{'keepLastN': 3}",
                        ", 'loopCondition': 'true', 'loopOver': [" + simple("a") + "]"))
                .unchecked();
        String large = "{'v': '" + "x".repeat(1_000) + "'}";
        for (int pass = 1; pass <= 10; pass++) {
            run.done("a__" + pass, large);
        }
        long after = run.inner().state().weight();
        for (int pass = 11; pass <= 100; pass++) {
            run.done("a__" + pass, large);
        }

        assertThat(run.inner().state().weight()).isEqualTo(after);
    }

    @Test
    void aLoopWhosePassesComeToTooMuchFails() {
        ConductorRun run = Given.tasks(
                        system("DO_WHILE", "l", "{}", ", 'loopCondition': 'true', 'loopOver': [" + simple("a") + "]"))
                .unchecked();
        String large = "{'v': '" + "x".repeat(1_000_000) + "'}";
        for (int pass = 1; run.status() == RunStatus.RUNNING && pass < 20; pass++) {
            run.done("a__" + pass, large);
        }

        assertThat(run.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.last("l").reason().orElseThrow()).contains("keepLastN");
    }
}
