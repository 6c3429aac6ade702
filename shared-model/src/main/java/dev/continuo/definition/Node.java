package dev.continuo.definition;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.expression.Condition;
import dev.continuo.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** Whether it may wait for tasks that are not inside of it. */
    default boolean waitsAside() {
        return switch (this) {
            case ExclusiveJoin join -> true;
            case Join join -> join.alone();
            case Work work -> false;
            case Internal internal -> false;
            case Human human -> false;
            case Wait wait -> false;
            case Compute compute -> false;
            case SetVariables set -> false;
            case Terminate terminate -> false;
            case Noop noop -> false;
            case Dynamic dynamic -> false;
            case Switch choice -> false;
            case Fork fork -> false;
            case Split split -> false;
            case DynamicSplit split -> false;
            case Loop loop -> false;
        };
    }

    /**
     * @param index the node's position in {@link Plan#nodes()}
     * @param ref the name by which templates address the task; unique in the plan
     * @param type the dialect's word for the task type
     * @param input the task's input parameters, an object
     * @param overridable top-level keys of the input that hold a literal which the run's input may replace
     * @param sealed the sealed texts that stand in the input itself: no other text counts as sealed
     * @param optional a final failure ends the task as COMPLETED_WITH_ERRORS and the flow goes on
     * @param permissive a final failure leaves the task FAILED and the flow goes on; what becomes of the run at its end
     *     is the dialect's matter
     * @param name what the definition calls the task, apart from its reference: the name of its queue, if workers poll
     * @param fixed members of the input that are data: they replace what the template gives, and are no templates
     * @param defaults members of the input where the template gives nothing or null
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
            boolean permissive,
            String name,
            ObjectNode fixed,
            ObjectNode defaults) {

        /** A task that is called as its reference and takes what its template gives. */
        public Common(
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
                boolean permissive) {
            this(
                    index,
                    ref,
                    type,
                    input,
                    overridable,
                    sealed,
                    then,
                    retry,
                    time,
                    optional,
                    permissive,
                    ref,
                    JsonNodeFactory.instance.objectNode(),
                    JsonNodeFactory.instance.objectNode());
        }
    }

    /**
     * A task that a worker executes: it is dispatched, leased, and completed by a result.
     *
     * @param external true when workers of users poll for it; false when a connector executes it
     */
    record Work(Common common, boolean external) implements Node {
        public Work(Common common) {
            this(common, false);
        }
    }

    /**
     * A task that the engine executes itself once the decision is committed: it starts a child run, changes another run,
     * publishes an event.
     */
    record Internal(Common common) implements Node {}

    /** A task that a person or another system completes: it waits without holding anything. */
    record Human(Common common) implements Node {}

    /** A task that time completes: after {@code duration}, or at {@code until}, of its input; without either as a Human. */
    record Wait(Common common) implements Node {}

    /** A task that is computed while the run is decided. */
    record Compute(Common common, Language language) implements Node {
        public enum Language {
            /** {@code expression} of the input, JavaScript, sees the input as {@code $}. */
            JAVASCRIPT,
            /** {@code scriptExpression} of the input, the body of a JavaScript function. */
            FUNCTION_BODY,
            /** {@code queryExpression} of the input, jq over the input. */
            JQ
        }
    }

    /** Copies its input into the run's variables. */
    record SetVariables(Common common) implements Node {}

    /** Ends the run as {@code terminationStatus} of its input says. */
    record Terminate(Common common) implements Node {}

    /** Does nothing. */
    record Noop(Common common) implements Node {}

    /**
     * A task whose type a value of its input names: it is made when it is reached.
     *
     * @param parameter the key of the input that holds the type
     */
    record Dynamic(Common common, String parameter, JsonNode document) implements Node {}

    /**
     * Chooses a branch by a text.
     *
     * @param choice where the text comes from
     * @param cases case name to the first node of the branch; empty for a branch without tasks
     * @param otherwise the first node of the default branch
     */
    record Switch(Common common, Choice choice, Shown shown, Map<String, OptionalInt> cases, OptionalInt otherwise)
            implements Node {
        public enum Shown {
            /** Output {@code evaluationResult} and {@code selectedCase}, which is {@code defaultCase} for none. */
            CASE_OR_DEFAULT,
            /** Output {@code evaluationResult} and {@code selectedCase}, both the value. */
            VALUE,
            /** Output {@code caseOutput}; a case without tasks falls to the default. */
            CASE_OUTPUT
        }
    }

    sealed interface Choice {
        /** The value of this key of the task's input. */
        record Key(String key) implements Choice {}

        /** The value of JavaScript that sees the task's input as {@code $}. */
        record Computed(Condition expression) implements Choice {}
    }

    /**
     * Runs branches side by side and is over when the last of them is.
     *
     * @param branches one for each branch that has tasks
     */
    record Fork(Common common, List<Branch> branches) implements Node {}

    /**
     * Runs branches side by side and is over at once: the node {@code join} opens with it and waits for them.
     *
     * @param branches one for each branch that has tasks
     */
    record Split(Common common, List<Branch> branches, int join) implements Node {}

    /** Like {@link Split}, with branches that its input names: they are made when it is reached. */
    record DynamicSplit(Common common, int join, JsonNode document) implements Node {}

    /**
     * Waits for tasks of the branches of the split before it; without one, for tasks that other branches have begun.
     *
     * @param joinOn the references it waits for; none for what a dynamic split brings
     * @param branches true to wait for the ends of the branches, whatever stands in {@code joinOn}, which then only names
     *     the outputs
     * @param alone true when there is no split before it
     * @param script asked with the outputs so far whenever a branch moves; true ends the waiting
     */
    record Join(Common common, List<String> joinOn, boolean branches, boolean alone, Optional<Condition> script)
            implements Node {}

    /**
     * Takes the output of the first of the tasks that was reached.
     *
     * @param joinOn in this order
     * @param otherwise taken in this order when none of those was reached
     */
    record ExclusiveJoin(Common common, List<String> joinOn, List<String> otherwise) implements Node {}

    /**
     * @param first the branch's first node
     * @param lastRef the reference whose output stands for the branch in the output of the fork
     */
    record Branch(int first, String lastRef) {}

    /**
     * Repeats its body until the condition, asked after each pass, says no.
     *
     * @param condition empty to repeat once for each of {@code _items} of its input
     * @param first the body's first node
     * @param bodyRefs the references of the body's own tasks; the condition sees their latest outputs
     */
    record Loop(Common common, Optional<Condition> condition, int first, List<String> bodyRefs, Kept kept)
            implements Node {
        public Loop(Common common, Condition condition, int first, List<String> bodyRefs) {
            this(common, Optional.of(condition), first, bodyRefs, Kept.LAST);
        }

        /** Which passes the output tells about. */
        public enum Kept {
            LAST,
            /** All, or as many as {@code keepLastN} of the input says. */
            ALL
        }
    }

    /** Where the flow goes when a node is done. SWITCH is transparent: the end of a case is what follows the switch. */
    sealed interface Successor {
        record Next(int node) implements Successor {}

        record EndOfBranch(int fork) implements Successor {}

        record EndOfPass(int loop) implements Successor {}

        record EndOfRun() implements Successor {}

        /** What follows the task that brought the fragment. */
        record EndOfFragment() implements Successor {}
    }
}
