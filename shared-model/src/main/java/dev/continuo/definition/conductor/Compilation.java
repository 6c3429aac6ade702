package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.Condition;
import dev.continuo.expression.Limits;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** One making of nodes: of a definition, or of what a run's data names. */
final class Compilation {
    private final Limits templates;
    private final boolean emptyJoinWaits;
    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> refs = new HashSet<>();
    private final Set<String> remembered = new HashSet<>();
    private boolean readsAnything;

    Compilation(Limits templates, boolean emptyJoinWaits) {
        this.templates = templates;
        this.emptyJoinWaits = emptyJoinWaits;
    }

    List<Node> nodes() {
        return nodes;
    }

    /** Every reference name. */
    Set<String> refs() {
        return Set.copyOf(refs);
    }

    Set<String> remembered() {
        Set<String> all = new HashSet<>(remembered);
        if (readsAnything) {
            all.addAll(refs);
        }
        return all;
    }

    /** The index of the first of the tasks; empty when there are none. */
    OptionalInt list(List<WorkflowTaskDoc> tasks, Successor after) {
        List<Integer> indexes = new ArrayList<>();
        for (WorkflowTaskDoc task : tasks) {
            indexes.add(reserve());
            refs.add(task.ref());
        }
        for (int i = 0; i < tasks.size(); i++) {
            boolean last = i == tasks.size() - 1;
            Successor then = last ? after : new Successor.Next(indexes.get(i + 1));
            Optional<WorkflowTaskDoc> before = i == 0 ? Optional.empty() : Optional.of(tasks.get(i - 1));
            nodes.set(indexes.get(i), node(tasks.get(i), indexes.get(i), then, before, ConductorCompiler.empty()));
        }
        return indexes.isEmpty() ? OptionalInt.empty() : OptionalInt.of(indexes.getFirst());
    }

    /** A task on its own, whose input holds data that is no template. */
    int single(WorkflowTaskDoc task, Successor then, ObjectNode fixed) {
        int index = reserve();
        refs.add(task.ref());
        remembered.add(task.ref());
        nodes.set(index, node(task, index, then, Optional.empty(), fixed));
        return index;
    }

    private int reserve() {
        nodes.add(null);
        return nodes.size() - 1;
    }

    Template template(JsonNode value) {
        return switch (Template.parse(value, Syntax.CONDUCTOR, templates)) {
            case ParseResult.Parsed(Template template) -> {
                remembered.addAll(template.taskRefs());
                readsAnything = readsAnything || template.readsAnything();
                yield template;
            }
            case ParseResult.Faults(List<ParseResult.Fault> faults) ->
                throw new IllegalArgumentException("No template: " + faults);
        };
    }

    private Node node(
            WorkflowTaskDoc task, int index, Successor then, Optional<WorkflowTaskDoc> before, ObjectNode fixed) {
        Optional<SystemTaskType> system = task.systemType();
        if (system.isEmpty()) {
            return new Node.Work(common(task, index, then, fixed, task.inputParameters(), task.taskType()), true);
        }
        SystemTaskType type = system.get();
        Node.Common common =
                common(task, index, then, Inputs.fixed(task, type, fixed), Inputs.of(task, type), shown(type));
        return switch (type) {
            case SWITCH -> choice(task, common, then);
            case DECISION -> decision(task, common, then);
            case FORK_JOIN -> {
                List<Node.Branch> branches = new ArrayList<>();
                for (List<WorkflowTaskDoc> branch : task.forkTasks()) {
                    list(branch, new Successor.EndOfBranch(index))
                            .ifPresent(first -> branches.add(
                                    new Node.Branch(first, branch.getLast().ref())));
                }
                yield new Node.Split(common, branches, next(then));
            }
            case FORK_JOIN_DYNAMIC -> new Node.DynamicSplit(common, next(then), task.json());
            case JOIN -> join(task, common, before);
            case EXCLUSIVE_JOIN -> {
                remembered.addAll(task.joinOn());
                remembered.addAll(task.defaultExclusiveJoinTask());
                yield new Node.ExclusiveJoin(common, task.joinOn(), task.defaultExclusiveJoinTask());
            }
            case DO_WHILE -> loop(task, common, index);
            case DYNAMIC -> new Node.Dynamic(common, task.dynamicTaskNameParam().orElse("taskToExecute"), task.json());
            case INLINE -> new Node.Compute(common, Node.Compute.Language.JAVASCRIPT);
            case LAMBDA -> new Node.Compute(common, Node.Compute.Language.FUNCTION_BODY);
            case JSON_JQ_TRANSFORM -> new Node.Compute(common, Node.Compute.Language.JQ);
            case SET_VARIABLE -> new Node.SetVariables(common);
            case TERMINATE -> new Node.Terminate(common);
            case NOOP -> new Node.Noop(common);
            case WAIT -> new Node.Wait(common);
            case HUMAN, YIELD -> new Node.Human(common);
            case HTTP,
                    HTTP_POLL,
                    KAFKA_PUBLISH,
                    EVENT,
                    LLM_TEXT_COMPLETE,
                    LLM_CHAT_COMPLETE,
                    LLM_GENERATE_EMBEDDINGS,
                    LIST_MCP_TOOLS,
                    CALL_MCP_TOOL -> new Node.Work(common, false);
            case START_WORKFLOW, SUB_WORKFLOW, UPDATE_TASK, GET_WORKFLOW, TERMINATE_WORKFLOW, PULL_WORKFLOW_MESSAGES ->
                new Node.Internal(common);
        };
    }

    /** A fork is shown as FORK, whichever it is (conductor: task types). */
    private static String shown(SystemTaskType type) {
        return type == SystemTaskType.FORK_JOIN || type == SystemTaskType.FORK_JOIN_DYNAMIC ? "FORK" : type.name();
    }

    private Node.Common common(
            WorkflowTaskDoc task, int index, Successor then, ObjectNode fixed, ObjectNode input, String type) {
        ObjectNode defaults =
                task.taskDefinition().map(TaskDefDoc::inputTemplate).orElseGet(ConductorCompiler::empty);
        TimePolicy time = ConductorPolicies.time(task);
        boolean fork = type.equals("FORK");
        return new Node.Common(
                index,
                task.ref(),
                type,
                withDefaults(input, defaults),
                Set.of(),
                Set.of(),
                then,
                ConductorPolicies.retry(task),
                time,
                task.optional(),
                task.permissive(),
                fork ? type : task.name(),
                fixed,
                plain(defaults));
    }

    /** The members of a task definition's input template that the task does not have are resolved as its own are. */
    private Template withDefaults(ObjectNode input, ObjectNode defaults) {
        ObjectNode all = ConductorCompiler.empty();
        all.setAll(input);
        for (Map.Entry<String, JsonNode> member : defaults.properties()) {
            if (!all.has(member.getKey()) && readable(member.getValue())) {
                all.set(member.getKey(), member.getValue());
            }
        }
        return template(all);
    }

    /** Nobody has checked a task definition's templates when it was registered. */
    private boolean readable(JsonNode value) {
        return Template.parse(value, Syntax.CONDUCTOR, templates) instanceof ParseResult.Parsed;
    }

    /** What can stand in for a value that came to nothing: an expression might come to nothing itself. */
    private static ObjectNode plain(ObjectNode defaults) {
        ObjectNode plain = ConductorCompiler.empty();
        defaults.properties().stream()
                .filter(member -> !member.getValue().toString().contains("${"))
                .forEach(member -> plain.set(member.getKey(), member.getValue()));
        return plain;
    }

    /** The JOIN behind a fork; the validator has made sure that there is one. */
    private static int next(Successor then) {
        if (then instanceof Successor.Next(int node)) {
            return node;
        }
        throw new IllegalArgumentException("A fork has no JOIN behind it");
    }

    private Node.Switch choice(WorkflowTaskDoc task, Node.Common common, Successor then) {
        String expression = task.expression().orElse("");
        boolean key = task.evaluatorType().orElse("value-param").equals("value-param");
        Node.Choice choice = key ? new Node.Choice.Key(expression) : new Node.Choice.Computed(condition(expression));
        return new Node.Switch(
                common, choice, Node.Switch.Shown.VALUE, cases(task, then), list(task.defaultCase(), then));
    }

    private Node.Switch decision(WorkflowTaskDoc task, Node.Common common, Successor then) {
        Node.Choice choice = task.caseExpression()
                .<Node.Choice>map(expression -> new Node.Choice.Computed(condition(expression)))
                .orElseGet(() -> new Node.Choice.Key(task.caseValueParam().orElse("")));
        return new Node.Switch(
                common, choice, Node.Switch.Shown.CASE_OUTPUT, cases(task, then), list(task.defaultCase(), then));
    }

    private Map<String, OptionalInt> cases(WorkflowTaskDoc task, Successor then) {
        Map<String, OptionalInt> cases = new LinkedHashMap<>();
        task.decisionCases().forEach((label, tasks) -> cases.put(label, list(tasks, then)));
        return cases;
    }

    private Node.Join join(WorkflowTaskDoc task, Node.Common common, Optional<WorkflowTaskDoc> before) {
        List<String> joinOn = task.joinOn();
        boolean dynamic = before.filter(previous -> previous.is(SystemTaskType.FORK_JOIN_DYNAMIC))
                .isPresent();
        Optional<List<String>> ends =
                before.filter(previous -> previous.is(SystemTaskType.FORK_JOIN)).map(Compilation::ends);
        boolean empty = joinOn.isEmpty();
        if (empty && emptyJoinWaits) {
            joinOn = ends.orElse(joinOn);
        }
        // A JOIN that names the end of every branch waits for the branches: also for what a SWITCH at an end brings.
        boolean branches = dynamic || ends.isPresent() && new HashSet<>(joinOn).containsAll(ends.get());
        remembered.addAll(joinOn);
        Optional<Condition> script =
                task.expression().filter(text -> !text.isBlank()).map(Compilation::condition);
        return new Node.Join(common, joinOn, branches, !dynamic && ends.isEmpty(), script);
    }

    private static List<String> ends(WorkflowTaskDoc fork) {
        return fork.forkTasks().stream()
                .filter(branch -> !branch.isEmpty())
                .map(branch -> branch.getLast().ref())
                .toList();
    }

    private Node.Loop loop(WorkflowTaskDoc task, Node.Common common, int index) {
        OptionalInt first = list(task.loopOver(), new Successor.EndOfPass(index));
        List<String> body = new ArrayList<>();
        names(task.loopOver(), body);
        remembered.add(task.ref());
        remembered.addAll(body);
        return new Node.Loop(
                common,
                task.loopCondition().filter(text -> !text.isBlank()).map(Compilation::condition),
                first.orElseThrow(() -> new IllegalArgumentException("Loop " + task.ref() + " has no tasks")),
                List.copyOf(body),
                Node.Loop.Kept.ALL);
    }

    private static void names(List<WorkflowTaskDoc> tasks, List<String> names) {
        for (WorkflowTaskDoc task : tasks) {
            names.add(task.ref());
            task.lists().forEach(inner -> names(inner.tasks(), names));
        }
    }

    private static Condition condition(String source) {
        return switch (Condition.compile(source)) {
            case Condition.Compilation.Compiled(Condition condition) -> condition;
            case Condition.Compilation.Fault(String message) ->
                throw new IllegalArgumentException(
                        Arrays.asList(source, message).toString());
        };
    }
}
