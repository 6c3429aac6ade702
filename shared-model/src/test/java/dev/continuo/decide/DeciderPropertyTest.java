package dev.continuo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random definitions under random orders of whatever can happen to a run. A failure prints the definition and the
 * commands that lead to it.
 */
class DeciderPropertyTest {
    @Provide
    Arbitrary<Scenario> scenarios() {
        return Scenario.any();
    }

    /** Guarantees G1 to G3 and G8, after each command; see {@link RunInvariants}. */
    @Property(tries = 1_500)
    void everyDecisionLeavesTheRunConsistent(@ForAll("scenarios") Scenario scenario) {
        assertThat(RunDriver.play(scenario).run().tasks()).isNotEmpty();
    }

    /** The decider reads no clock and draws no number: guarantee of the pure core. */
    @Property(tries = 300)
    void theSameCommandsGiveTheSameOutcomes(@ForAll("scenarios") Scenario scenario) {
        assertThat(RunDriver.play(scenario).outcomes())
                .isEqualTo(RunDriver.play(scenario).outcomes());
    }

    /** Guarantee G3: no order of events leaves a run that cannot be brought to its end. */
    @Property(tries = 500)
    void whateverHappenedARunCanBeBroughtToItsEnd(@ForAll("scenarios") Scenario scenario) {
        RunDriver driver = RunDriver.play(scenario);

        driver.finish(scenario);

        assertThat(driver.run().run().status().terminal()).isTrue();
    }
}
