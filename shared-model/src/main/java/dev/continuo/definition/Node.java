package dev.continuo.definition;

import dev.continuo.expression.Condition;
import dev.continuo.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/** One task of a definition, compiled: what it is, what it gets, what comes after it. */
public sealed interface Node {

    Common common();

    default int index() {
        return common().index();
    }

    default String ref() {
        return common().ref();
    }

    /**
     * @param index the node's position in {@link Plan#nodes()}
     * @param ref the name by which templates address the task; unique in the plan
     * @param type the dialect's word for the task type
     * @param input the task's input parameters, an object
     * @param overridable top-level keys of the input that hold a literal which the run's input may replace
     * @param sealed the sealed texts that stand in the input itself: no other text counts as sealed
     * @param optional a final failure ends the task as COMPLETED_WITH_ERRORS and the flow goes on
     * @param permissive a final failure leaves the task FAILED; the flow goes on, and the run completes all the same
     */
    record Common(
            int index,
            String ref,
            String type,
            Template input,
            Set<String> overridable,
            Set<String> sealed,
            Successor then,
            RetryPolicy retry,
            TimePolicy time,
            boolean optional,
            boolean permissive) {}

    /** A task that a worker executes: it is dispatched, leased, and completed by a result. */
    record Work(Common common) implements Node {}

    /** A task that a person completes: it waits without holding anything. */
    record Human(Common common) implements Node {}

    /**
     * Chooses the branch named by the text of one value of its own input.
     *
     * @param selector the key of the input that holds the value
     * @param cases case name to the first node of the branch; empty for a branch without tasks
     * @param otherwise the first node of the default branch
     */
    record Switch(Common common, String selector, Map<String, OptionalInt> cases, OptionalInt otherwise)
            implements Node {}

    /**
     * Runs branches side by side and is over when the last of them is.
     *
     * @param branches one for each branch that has tasks
     */
    record Fork(Common common, List<Branch> branches) implements Node {}

    /**
     * @param first the branch's first node
     * @param lastRef the reference whose output stands for the branch in the output of the fork
     */
    record Branch(int first, String lastRef) {}

    /**
     * Repeats its body until the condition, asked after each pass, says no.
     *
     * @param first the body's first node
     * @param bodyRefs the references of the body's own tasks; the condition sees their latest outputs
     */
    record Loop(Common common, Condition condition, int first, List<String> bodyRefs) implements Node {}

    /** Where the flow goes when a node is done. SWITCH is transparent: the end of a case is what follows the switch. */
    sealed interface Successor {
        record Next(int node) implements Successor {}

        record EndOfBranch(int fork) implements Successor {}

        record EndOfPass(int loop) implements Successor {}

        record EndOfRun() implements Successor {}
    }
}
