package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.DefinitionCompiler;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.TaskDoc.TaskList;
import dev.continuo.expression.Condition;
import dev.continuo.expression.Limits;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.model.Dialect;
import dev.continuo.secret.Sealer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * Makes a plan of a workflowsvc document that {@link WorkflowsvcValidator} found without faults. Safe for any thread.
 *
 * <ul>
 *   <li>Worker tasks are tried again as their {@code _retry…} fields say. SWITCH, FORK_JOIN and DO_WHILE are not: trying
 *       them again would run their content again. A USER_INPUT is asked again only when its own time limit passes under
 *       the policy RETRY, since nothing else can fail it.
 *   <li>A FORK_JOIN's output names the last task of each branch. When that is a SWITCH, it is the switch itself that
 *       stands for the branch, not the last task of whichever case ran.
 *   <li>The default branch of a SWITCH is the case {@code defaultCase} (workflowsvc: switch page).
 *   <li>A run's input may replace a top-level input parameter of a worker task or USER_INPUT when its value holds neither
 *       a reference nor a secret, and is not the schema of a user input.
 * </ul>
 */
public final class WorkflowsvcCompiler implements DefinitionCompiler {
    private static final String DEFAULT_CASE = "defaultCase";

    private final TaskTypes types;
    private final Limits templates;
    private final DefinitionLimits unlimited;

    /**
     * @param templates what the templates of a task may cost; not less than when the document was validated
     */
    public WorkflowsvcCompiler(TaskTypes types, Limits templates) {
        this.types = types;
        this.templates = templates;
        // Limits apply to what comes in: one that was lowered must not stop runs of definitions that are stored
        // already.
        this.unlimited = new DefinitionLimits(Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE, 1, templates);
    }

    @Override
    public Plan compile(UUID definitionId, UUID revisionId, JsonNode document) {
        Faults faults = new Faults(1);
        TaskList root = Outline.read(document, types, unlimited, faults);
        if (!faults.list().isEmpty() || root.tasks().isEmpty()) {
            throw new IllegalArgumentException("Revision " + revisionId + " is no valid definition: " + faults.list());
        }
        Compilation compilation = new Compilation(revisionId);
        compilation.list(root, new Successor.EndOfRun());
        return new Plan(
                Dialect.WORKFLOWSVC,
                definitionId,
                revisionId,
                document.path("_name").asText(),
                compilation.nodes,
                root.tasks().getFirst().index(),
                Policies.seconds(document.path("_timeoutSeconds")),
                Policies.onRunTimeout(document.path("_timeoutPolicy")),
                compilation.remembered);
    }

    private final class Compilation {
        private final UUID revisionId;
        private final Set<String> remembered = new HashSet<>();
        private final List<Node> nodes = new ArrayList<>();

        private Compilation(UUID revisionId) {
            this.revisionId = revisionId;
        }

        private void list(TaskList list, Successor after) {
            for (int i = 0; i < list.tasks().size(); i++) {
                boolean last = i == list.tasks().size() - 1;
                task(
                        list.tasks().get(i),
                        last
                                ? after
                                : new Successor.Next(list.tasks().get(i + 1).index()));
            }
        }

        private void task(TaskDoc task, Successor then) {
            TaskKind kind = task.kind()
                    .orElseThrow(
                            () -> new IllegalArgumentException("Revision " + revisionId + " has a task of the type "
                                    + task.json().path("_type").asText() + ", which is not on the class path"));
            Node.Common common = common(task, kind, then);
            nodes.add(
                    switch (kind.role()) {
                        case WORK -> new Node.Work(common);
                        case HUMAN -> new Node.Human(common);
                        case SWITCH -> choice(task, common);
                        case FORK -> fork(task, common);
                        case LOOP -> loop(task, common);
                    });
            for (TaskList list : task.lists()) {
                list(
                        list,
                        switch (kind.role()) {
                            case WORK, HUMAN, SWITCH -> then;
                            case FORK -> new Successor.EndOfBranch(task.index());
                            case LOOP -> new Successor.EndOfPass(task.index());
                        });
            }
        }

        private Node.Common common(TaskDoc task, TaskKind kind, Successor then) {
            Template input = template(task);
            input.references().stream()
                    .filter(reference -> !reference.toWorkflow())
                    .map(Reference::root)
                    .forEach(remembered::add);
            return new Node.Common(
                    task.index(),
                    task.name(),
                    kind.name(),
                    input,
                    overridable(task, kind, input),
                    sealedTexts(task.input()),
                    then,
                    Policies.retry(task.json(), kind.role()),
                    Policies.time(task.json(), kind.role()),
                    false,
                    false);
        }

        private static Set<String> sealedTexts(JsonNode value) {
            Set<String> texts = new HashSet<>();
            collectSealed(value, texts);
            return Set.copyOf(texts);
        }

        private static void collectSealed(JsonNode value, Set<String> texts) {
            if (value.isTextual() && Sealer.sealed(value.textValue())) {
                texts.add(value.textValue());
            }
            value.forEach(child -> collectSealed(child, texts));
        }

        private Template template(TaskDoc task) {
            return switch (Template.parse(task.input(), Syntax.DOLLAR, templates)) {
                case ParseResult.Parsed(Template template) -> template;
                case ParseResult.Faults(List<ParseResult.Fault> faults) ->
                    throw new IllegalArgumentException("Revision " + revisionId + ": the input of task " + task.name()
                            + " is no template: " + faults);
            };
        }

        private Set<String> overridable(TaskDoc task, TaskKind kind, Template input) {
            boolean takesInput = kind.role() == TaskKind.Role.WORK || kind.role() == TaskKind.Role.HUMAN;
            if (!takesInput) {
                return Set.of();
            }
            Set<String> computed = input.references().stream()
                    .map(reference -> reference.at().toString())
                    .collect(Collectors.toUnmodifiableSet());
            Set<String> keys = new HashSet<>();
            for (Map.Entry<String, JsonNode> parameter : task.input().properties()) {
                String key = parameter.getKey();
                String at = "/" + key.replace("~", "~0").replace("/", "~1");
                boolean literal = computed.stream().noneMatch(place -> place.equals(at) || place.startsWith(at + "/"));
                boolean schema = kind.role() == TaskKind.Role.HUMAN && key.equals("_userInput");
                if (literal && !schema && !kind.encrypted().covers(key, parameter.getValue())) {
                    keys.add(key);
                }
            }
            return Set.copyOf(keys);
        }

        private Node.Switch choice(TaskDoc task, Node.Common common) {
            Map<String, OptionalInt> cases = new LinkedHashMap<>();
            task.lists().forEach(list -> cases.put(list.label(), first(list)));
            OptionalInt otherwise = cases.getOrDefault(DEFAULT_CASE, OptionalInt.empty());
            cases.remove(DEFAULT_CASE);
            return new Node.Switch(
                    common,
                    new Node.Choice.Key("_switchCaseValue"),
                    Node.Switch.Shown.CASE_OR_DEFAULT,
                    Map.copyOf(cases),
                    otherwise);
        }

        private Node.Fork fork(TaskDoc task, Node.Common common) {
            List<Node.Branch> branches = task.lists().stream()
                    .filter(list -> !list.tasks().isEmpty())
                    .map(list -> new Node.Branch(
                            list.tasks().getFirst().index(),
                            list.tasks().getLast().name()))
                    .toList();
            branches.forEach(branch -> remembered.add(branch.lastRef()));
            return new Node.Fork(common, branches);
        }

        private Node.Loop loop(TaskDoc task, Node.Common common) {
            TaskList body = task.lists().getFirst();
            List<String> refs = new ArrayList<>();
            names(body, refs);
            remembered.add(task.name());
            remembered.addAll(refs);
            return new Node.Loop(
                    common, condition(task), body.tasks().getFirst().index(), List.copyOf(refs));
        }

        private Condition condition(TaskDoc task) {
            return switch (Condition.compile(task.json().path("_loopCondition").asText())) {
                case Condition.Compilation.Compiled(Condition condition) -> condition;
                case Condition.Compilation.Fault(String message) ->
                    throw new IllegalArgumentException(
                            "Revision " + revisionId + ": the condition of loop " + task.name() + ": " + message);
            };
        }

        private void names(TaskList list, List<String> names) {
            for (TaskDoc task : list.tasks()) {
                names.add(task.name());
                task.lists().forEach(inner -> names(inner, names));
            }
        }

        private OptionalInt first(TaskList list) {
            return list.tasks().isEmpty()
                    ? OptionalInt.empty()
                    : OptionalInt.of(list.tasks().getFirst().index());
        }
    }
}
