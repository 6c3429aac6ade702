package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DocumentSize;
import dev.continuo.definition.conductor.TaskOutline.Placed;
import dev.continuo.expression.Reference;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Tells everything that is wrong with a submitted workflow definition (conductor: validation at registration). Members
 * that it does not know are let through. Safe for any thread.
 */
public final class ConductorWorkflowValidator {
    private static final int SCHEMA_VERSION = 2;

    /** What the engine adds to the names of tasks in loops. */
    private static final Pattern ITERATION = Pattern.compile(".*__[0-9]+", Pattern.DOTALL);

    private final ConductorLimits limits;
    private final boolean ownerEmailMandatory;

    public ConductorWorkflowValidator(ConductorLimits limits, boolean ownerEmailMandatory) {
        this.limits = limits;
        this.ownerEmailMandatory = ownerEmailMandatory;
    }

    /**
     * @param taskDefs by task name ({@link TaskNames}): an input template may give what a task needs
     * @return every fault in the order of the document, at most as many as the limits say; empty when it is valid
     */
    public List<Violation> validate(JsonNode document, Function<String, Optional<ObjectNode>> taskDefs) {
        return checked(document, limits, violations -> {
            new ShapeCheck(violations).members(Shapes.WORKFLOW, document, Place.ROOT);
            workflow(document, violations);
            Place at = Place.ROOT.member("tasks");
            List<Placed> tasks = TaskOutline.ofList(document.path("tasks"), at, limits, violations);
            tasks(tasks, taskDefs, Set.of(), document, violations);
            ReferenceCheck references =
                    new ReferenceCheck(tasks, limits.definition().templates(), violations);
            tasks.forEach(references::check);
        });
    }

    /**
     * Checks the tasks that a dynamic fork makes at run time. Their references are resolved before, so what is left of them
     * is not looked at.
     *
     * @param tasks an array of WorkflowTask; the paths of faults begin with its indexes
     * @param taken reference names that the run has already
     */
    public List<Violation> validateBranches(
            JsonNode tasks, Set<String> taken, Function<String, Optional<ObjectNode>> taskDefs) {
        Optional<Violation> size = size(tasks, limits);
        if (size.isPresent()) {
            return List.of(size.get());
        }
        Violations violations = new Violations(limits.definition().maxFaults());
        new ShapeCheck(violations).tasks(tasks);
        List<Placed> placed = TaskOutline.ofBranches(tasks, Place.ROOT, limits, violations);
        tasks(placed, taskDefs, taken, tasks, violations);
        return violations.list(tasks);
    }

    interface Check {
        void into(Violations violations);
    }

    /** What is no object, or too large to be looked at, has one fault. */
    static List<Violation> checked(JsonNode document, ConductorLimits limits, Check check) {
        Optional<Violation> size = size(document, limits);
        if (size.isPresent()) {
            return List.of(size.get());
        }
        Violations violations = new Violations(limits.definition().maxFaults());
        if (document.isObject()) {
            check.into(violations);
        } else {
            violations.add(Place.ROOT, "a definition must be an object", document);
        }
        return violations.list(document);
    }

    private static Optional<Violation> size(JsonNode document, ConductorLimits limits) {
        return DocumentSize.check(document, limits.definition())
                .map(fault -> new Violation("", fault.message(), NullNode.getInstance()));
    }

    private void workflow(JsonNode document, Violations violations) {
        Names names = new Names(limits.maxNameChars(), violations);
        names.required(document, "name", Place.ROOT, "WorkflowDef name cannot be null or empty");
        if (document.path("name").asText().contains(":")) {
            violations.add(
                    Place.ROOT.member("name"),
                    "Workflow name cannot contain the following set of characters: ':'",
                    document.path("name"));
        }
        names.optional(document, "failureWorkflow", Place.ROOT);
        if (document.path("tasks").isEmpty()) {
            violations.add(Place.ROOT.member("tasks"), "WorkflowTask list cannot be empty", document.path("tasks"));
        }
        JsonNode schema = document.path("schemaVersion");
        if (Members.number(document, "schemaVersion", SCHEMA_VERSION) != SCHEMA_VERSION) {
            violations.add(
                    Place.ROOT.member("schemaVersion"), "WorkflowDef schemaVersion must be " + SCHEMA_VERSION, schema);
        }
        if (ownerEmailMandatory) {
            OwnerEmail.check(document, violations);
        }
    }

    private void tasks(
            List<Placed> tasks,
            Function<String, Optional<ObjectNode>> taskDefs,
            Set<String> taken,
            JsonNode document,
            Violations violations) {
        ShapeCheck shapes = new ShapeCheck(violations);
        Names names = new Names(limits.maxNameChars(), violations);
        TypeCheck types = new TypeCheck(taskDefs, violations);
        Set<String> refs = new HashSet<>(taken);
        for (Placed placed : tasks) {
            if (violations.full()) {
                return;
            }
            JsonNode json = placed.task().json();
            shapes.members(Shapes.WORKFLOW_TASK, json, placed.at());
            names.required(json, "name", placed.at(), "WorkflowTask name cannot be empty or null");
            names.required(
                    json,
                    "taskReferenceName",
                    placed.at(),
                    "WorkflowTask taskReferenceName name cannot be empty or null");
            names.optional(json, "type", placed.at());
            reference(placed, refs, document, violations);
            types.check(placed);
            placed.task()
                    .taskDefinition()
                    .ifPresent(def -> ConductorTaskDefValidator.times(
                            def.json(), placed.at().member("taskDefinition"), violations));
        }
    }

    private static void reference(Placed placed, Set<String> refs, JsonNode document, Violations violations) {
        String ref = placed.task().ref();
        JsonNode value = placed.task().json().path("taskReferenceName");
        Place at = placed.at().member("taskReferenceName");
        if (ref.equals(Reference.WORKFLOW)) {
            violations.add(at, "taskReferenceName cannot be '" + ref + "', which stands for the workflow", value);
        } else if (ITERATION.matcher(ref).matches()) {
            violations.add(
                    at, "taskReferenceName cannot end in '__' and a number, which names the tasks of loops", value);
        } else if (!ref.isEmpty() && !refs.add(ref)) {
            violations.add(
                    at,
                    "taskReferenceName: " + ref + " should be unique across tasks for a given workflowDefinition: "
                            + Members.text(document, "name").orElse(""),
                    value);
        }
    }
}
