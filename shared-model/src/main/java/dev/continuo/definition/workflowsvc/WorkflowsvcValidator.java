package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.DocumentOrder;
import dev.continuo.definition.DocumentSize;
import dev.continuo.definition.Fault;
import dev.continuo.definition.JsonSchemaCheck;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.TaskDoc.TaskList;
import dev.continuo.expression.Property;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Script;
import dev.continuo.expression.Segment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Tells everything that is wrong with a submitted workflowsvc definition, before any of it is stored. Fields that it does
 * not know are let through. Safe for any thread.
 *
 * <p>A task may refer to the run and to tasks that can have run before it: earlier ones of its own list and of the lists
 * around it, what is inside of those, and the SWITCH or DO_WHILE that it is in. A task of another branch of the same fork,
 * of another case of the same switch, or a later one is refused, also where an earlier pass of a loop would have run it:
 * its value would depend on timing.
 */
public final class WorkflowsvcValidator {
    private static final JsonSchemaCheck DEFINITION =
            JsonSchemaCheck.of(TaskTypes.resource("workflowsvc/definition.json"));
    private static final int LISTED_NAMES = 20;

    private final TaskTypes types;
    private final DefinitionLimits limits;
    private final Function<Script, Optional<String>> syntax;

    /**
     * @param syntax says what keeps a script from being JavaScript, empty for nothing; asked for loop conditions that are
     *     more than comparisons of paths and literals, on the caller's thread
     */
    public WorkflowsvcValidator(TaskTypes types, DefinitionLimits limits, Function<Script, Optional<String>> syntax) {
        this.types = types;
        this.limits = limits;
        this.syntax = syntax;
    }

    /** Every fault in the order of the document, at most as many as the limits say; empty when the document is valid. */
    public List<Fault> validate(JsonNode document) {
        Optional<Fault> size = DocumentSize.check(document, limits);
        if (size.isPresent()) {
            return List.of(size.get());
        }
        Faults faults = new Faults(limits.maxFaults());
        DEFINITION.check(document).forEach(fault -> faults.add(fault.pointer(), fault.message()));
        TaskList root = Outline.read(document, types, limits, faults);
        new Walk(faults).root(root);
        return DocumentOrder.sorted(faults.list(), document, Fault::pointer);
    }

    /** One walk over one document. */
    private final class Walk {
        private final Faults faults;
        private final TaskCheck check;
        private final Map<String, TaskDoc> byName = new HashMap<>();
        private final Set<String> reached = new LinkedHashSet<>();

        private Walk(Faults faults) {
            this.faults = faults;
            this.check = new TaskCheck(types, limits, syntax, faults);
        }

        private void root(TaskList root) {
            names(root);
            list(root, false, false);
        }

        private void names(TaskList list) {
            for (TaskDoc task : list.tasks()) {
                TaskDoc other = task.name().isEmpty() ? null : byName.putIfAbsent(task.name(), task);
                if (other != null) {
                    faults.add(
                            task.at().child("_name"),
                            "_name '" + task.name() + "' is taken by " + other.at()
                                    + "; names are unique in the whole definition");
                }
                task.lists().forEach(this::names);
            }
        }

        /** Returns the names that the list adds to what is reached behind it. */
        private List<String> list(TaskList list, boolean inFork, boolean inLoop) {
            List<String> names = new ArrayList<>();
            for (TaskDoc task : list.tasks()) {
                if (faults.full()) {
                    return names;
                }
                check.check(task).forEach(reference -> reference(task, reference));
                nesting(task, inFork, inLoop);
                List<String> inside =
                        inside(task, inFork || task.is(TaskKind.Role.FORK), inLoop || task.is(TaskKind.Role.LOOP));
                reached.add(task.name());
                reached.addAll(inside);
                names.add(task.name());
                names.addAll(inside);
            }
            return names;
        }

        private List<String> inside(TaskDoc container, boolean inFork, boolean inLoop) {
            List<String> names = new ArrayList<>();
            for (TaskList list : container.lists()) {
                if (!container.is(TaskKind.Role.FORK)) {
                    reached.add(container.name());
                }
                List<String> added = list(list, inFork, inLoop);
                added.forEach(reached::remove);
                reached.remove(container.name());
                names.addAll(added);
            }
            return names;
        }

        private void nesting(TaskDoc task, boolean inFork, boolean inLoop) {
            if (inFork && task.is(TaskKind.Role.FORK)) {
                faults.add(task.at().child("_type"), "a FORK_JOIN inside a FORK_JOIN is not supported");
            }
            if (inLoop && task.is(TaskKind.Role.LOOP)) {
                faults.add(task.at().child("_type"), "a DO_WHILE inside a DO_WHILE is not supported");
            }
        }

        private void reference(TaskDoc task, Reference reference) {
            String at = task.at().child("_inputParams") + reference.at().toString();
            if (!reference.toWorkflow() && !reached.contains(reference.root())) {
                String problem = byName.containsKey(reference.root())
                        ? "refers to the task '" + reference.root() + "', which cannot have run before this one"
                        : "refers to '" + reference.root() + "', and there is no such task";
                faults.add(at, reference.text() + " " + problem + "; it may refer to " + allowed());
            } else if (!KnownProperties.known(reference)) {
                faults.add(
                        at,
                        reference.text() + " asks for nothing that '" + reference.root() + "' has; it may ask for "
                                + KnownProperties.listed(reference));
            } else if (toSecret(reference)) {
                faults.add(
                        at,
                        reference.text() + " reaches into the secrets of the task '" + reference.root()
                                + "', which only its own worker may read");
            }
        }

        private boolean toSecret(Reference reference) {
            return reference.property() == Property.Known.INPUT
                    && !reference.toWorkflow()
                    && byName.get(reference.root())
                            .kind()
                            .filter(kind -> kind.encrypted().reachedBy(steps(reference)))
                            .isPresent();
        }

        private static List<JsonNode> steps(Reference reference) {
            return reference.path().stream()
                    .map(segment -> switch (segment) {
                        case Segment.Name(String name) -> (JsonNode) TextNode.valueOf(name);
                        case Segment.Index(int index) -> IntNode.valueOf(index);
                        case Segment.Computed computed -> NullNode.getInstance();
                    })
                    .toList();
        }

        private String allowed() {
            String listed = reached.stream()
                    .filter(name -> !name.isEmpty())
                    .limit(LISTED_NAMES)
                    .collect(Collectors.joining(", "));
            String more = reached.size() > LISTED_NAMES ? ", … (" + reached.size() + " tasks)" : "";
            return listed.isEmpty() ? Reference.WORKFLOW : Reference.WORKFLOW + ", " + listed + more;
        }
    }
}
