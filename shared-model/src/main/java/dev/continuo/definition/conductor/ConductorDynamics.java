package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Dynamics;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** Makes the tasks of dynamic forks, in each of their three forms, and of DYNAMIC tasks. */
final class ConductorDynamics implements Dynamics {
    private static final String TASKS = "tasks";
    private static final String INPUTS = "inputs";

    private final ConductorLimits limits;
    private final boolean emptyJoinWaits;
    private final Set<String> taken;

    /**
     * @param taken the reference names of the definition
     */
    ConductorDynamics(ConductorLimits limits, boolean emptyJoinWaits, Set<String> taken) {
        this.limits = limits;
        this.emptyJoinWaits = emptyJoinWaits;
        this.taken = taken;
    }

    @Override
    public Expansion expand(Node owner, ObjectNode input, Function<String, Optional<JsonNode>> taskDefinitions) {
        Function<String, Optional<ObjectNode>> defs =
                name -> taskDefinitions.apply(name).map(ObjectNode.class::cast);
        DynamicTasks.Reading reading =
                switch (owner) {
                    case Node.Dynamic dynamic -> DynamicTasks.ofDynamic(dynamic, input);
                    case Node.DynamicSplit split ->
                        DynamicTasks.ofFork(new WorkflowTaskDoc((ObjectNode) split.document()), input);
                    default -> throw new IllegalArgumentException("Brings no tasks: " + owner);
                };
        return switch (reading) {
            case DynamicTasks.Reading.Fault(String message) -> new Expansion.Fault(message);
            case DynamicTasks.Reading.Tasks(ArrayNode tasks, ObjectNode inputs) -> {
                Set<String> others = owner instanceof Node.Dynamic ? Set.of() : taken;
                List<Violation> violations =
                        new ConductorWorkflowValidator(limits, false).validateBranches(tasks, others, defs);
                yield violations.isEmpty()
                        ? new Expansion.Expanded(document(tasks, inputs, defs))
                        : new Expansion.Fault("The tasks of '" + owner.ref() + "' are not valid: "
                                + violations.getFirst().path() + ": "
                                + violations.getFirst().message());
            }
        };
    }

    private static ObjectNode document(
            ArrayNode tasks, ObjectNode inputs, Function<String, Optional<ObjectNode>> defs) {
        ObjectNode document = ConductorCompiler.empty();
        ArrayNode list = document.putArray(TASKS);
        tasks.forEach(task -> list.add(Snapshot.ofTask((ObjectNode) task, defs)));
        document.set(INPUTS, inputs);
        return document;
    }

    @Override
    public Compiled compile(Node owner, JsonNode document) {
        Compilation compilation = new Compilation(limits.definition().templates(), emptyJoinWaits);
        List<Node.Branch> branches = new ArrayList<>();
        Successor then = owner instanceof Node.Dynamic
                ? new Successor.EndOfFragment()
                : new Successor.EndOfBranch(owner.index());
        for (JsonNode json : document.path(TASKS)) {
            WorkflowTaskDoc task = new WorkflowTaskDoc((ObjectNode) json);
            ObjectNode fixed = document.path(INPUTS).path(task.ref()) instanceof ObjectNode object
                    ? object
                    : ConductorCompiler.empty();
            branches.add(new Node.Branch(compilation.single(task, then, fixed), task.ref()));
        }
        return new Compiled(compilation.nodes(), branches, compilation.remembered());
    }
}
