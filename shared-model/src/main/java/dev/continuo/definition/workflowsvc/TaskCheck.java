package dev.continuo.definition.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.JsonSchemaCheck;
import dev.continuo.definition.TaskKind;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.UserInputSchema;
import dev.continuo.expression.Condition;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Pointer;
import dev.continuo.expression.Reference;
import dev.continuo.expression.Script;
import dev.continuo.expression.SimpleExpression;
import dev.continuo.expression.Syntax;
import dev.continuo.expression.Template;
import dev.continuo.secret.SealedTexts;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The rules of one task definition that need nothing of the others. */
final class TaskCheck {
    private static final JsonSchemaCheck COMMON = JsonSchemaCheck.of(TaskTypes.resource("workflowsvc/task.json"));
    private static final String NOT_IN_NAMES = ".[]{}$'\"";
    private static final Pattern EMPTY_REFERENCE = Pattern.compile("(?<!\\$)\\$\\{}");
    private static final int LISTED_NAMES = 20;
    private static final Set<String> COMMON_FIELDS = Set.of(
            "_name",
            "_type",
            "_sequenceno",
            "_retryCount",
            "_retryLogic",
            "_retryDelaySeconds",
            "_backoffRate",
            "_timeoutSeconds",
            "_timeoutPolicy",
            "_responseTimeoutSeconds");

    private final TaskTypes types;
    private final DefinitionLimits limits;
    private final Function<Script, Optional<String>> syntax;
    private final Faults faults;

    TaskCheck(TaskTypes types, DefinitionLimits limits, Function<Script, Optional<String>> syntax, Faults faults) {
        this.types = types;
        this.limits = limits;
        this.syntax = syntax;
        this.faults = faults;
    }

    /** Adds what is wrong, and returns the references of the task's input. */
    List<Reference> check(TaskDoc task) {
        faults.addAll(task.at(), COMMON.check(task.json()));
        name(task);
        SealedTexts.in(task.input())
                .forEach(pointer -> faults.add(task.at().child("_inputParams") + pointer, SealedTexts.REFUSAL));
        emptyReferences(task.input(), task.at().child("_inputParams"));
        List<Reference> references = references(task);
        if (task.kind().isPresent()) {
            formalParams(task, task.kind().get(), references);
        } else if (!task.json().path("_type").asText().isEmpty()) {
            faults.add(
                    task.at().child("_type"),
                    "the task type " + shown(task.json().path("_type").asText()) + " is not supported; supported are "
                            + types.listed());
        }
        if (task.is(TaskKind.Role.HUMAN)) {
            userInput(task, references);
        }
        if (task.is(TaskKind.Role.LOOP)) {
            condition(task);
        }
        return references;
    }

    private void name(TaskDoc task) {
        Pointer at = task.at().child("_name");
        String name = task.name();
        if (name.equals(Reference.WORKFLOW)) {
            faults.add(at, "_name must not be workflow: references use it for the run");
        } else if (name.chars().anyMatch(c -> NOT_IN_NAMES.indexOf(c) >= 0 || c < ' ')) {
            faults.add(at, "_name must not contain any of " + NOT_IN_NAMES + " or a control character");
        } else if (!name.equals(name.strip())) {
            faults.add(at, "_name must not begin or end with white space");
        }
    }

    private List<Reference> references(TaskDoc task) {
        Pointer at = task.at().child("_inputParams");
        return switch (Template.parse(task.input(), Syntax.DOLLAR, limits.templates())) {
            case ParseResult.Parsed(Template template) -> template.references();
            case ParseResult.Faults(List<ParseResult.Fault> found) -> {
                found.forEach(fault -> faults.add(at + fault.pointer(), fault.message()));
                yield List.of();
            }
        };
    }

    /** Templates read them as nothing, as the other dialect does; here nobody can have meant that. */
    private void emptyReferences(JsonNode value, Pointer at) {
        if (value.isTextual() && EMPTY_REFERENCE.matcher(value.textValue()).find()) {
            faults.add(at, "a reference is empty: ${} (write $${} for the text itself)");
        }
        value.properties().forEach(member -> emptyReferences(member.getValue(), at.child(member.getKey())));
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            emptyReferences(value.get(i), at.child(i));
        }
    }

    /** A value that a reference gives is not known before the run; a worker checks the input that it gets again. */
    private void formalParams(TaskDoc task, TaskKind kind, List<Reference> references) {
        Set<String> open = references.stream()
                .map(reference -> "/_inputParams" + reference.at())
                .collect(Collectors.toUnmodifiableSet());
        List<Fault> found = kind.schema().check(task.json(), open).stream()
                .filter(fault -> !COMMON_FIELDS.contains(fault.pointer().replaceFirst("^/", "")))
                .toList();
        faults.addAll(task.at(), found);
    }

    private void userInput(TaskDoc task, List<Reference> references) {
        Pointer at = task.at().child("_inputParams");
        for (Reference reference : references) {
            if (reference.at().toString().startsWith("/_userInput")) {
                faults.add(at + reference.at().toString(), "the schema of a user input is fixed: no references in it");
            }
        }
        JsonNode userInput = task.input().path("_userInput");
        if (userInput.isObject()) {
            faults.addAll(at.child("_userInput"), UserInputSchema.faults(userInput));
        }
    }

    private void condition(TaskDoc task) {
        JsonNode source = task.json().path("_loopCondition");
        if (!source.isTextual()) {
            return;
        }
        Pointer at = task.at().child("_loopCondition");
        Optional<String> fault =
                switch (Condition.compile(source.textValue())) {
                    case Condition.Compilation.Fault(String message) -> Optional.of(message);
                    case Condition.Compilation.Compiled(Condition.Simple simple) -> {
                        unknownName(task, simple.expression()).ifPresent(message -> faults.add(at, message));
                        yield Optional.empty();
                    }
                    case Condition.Compilation.Compiled(Condition.Scripted scripted) -> syntax.apply(scripted.script());
                };
        fault.ifPresent(message -> faults.add(at, "_loopCondition is not a JavaScript expression: " + message));
    }

    /** What is not there would be undefined in every pass, and the loop would never end or never repeat. */
    private static Optional<String> unknownName(TaskDoc loop, SimpleExpression condition) {
        Set<String> known = new LinkedHashSet<>();
        known.add(loop.name());
        bodyNames(loop, known);
        loop.input().fieldNames().forEachRemaining(known::add);
        return condition.inputMembers().stream()
                .filter(name -> !known.contains(name))
                .findFirst()
                .map(name -> "_loopCondition refers to $." + shown(name)
                        + ", which this loop does not have; it may refer to "
                        + known.stream()
                                .limit(LISTED_NAMES)
                                .map(each -> "$." + each)
                                .collect(Collectors.joining(", "))
                        + (known.size() > LISTED_NAMES ? ", … (" + known.size() + " names)" : ""));
    }

    private static void bodyNames(TaskDoc container, Set<String> names) {
        for (TaskDoc.TaskList list : container.lists()) {
            for (TaskDoc task : list.tasks()) {
                names.add(task.name());
                bodyNames(task, names);
            }
        }
    }

    private static String shown(String type) {
        return type.length() <= 60 ? type : type.substring(0, 60) + "…";
    }
}
