package dev.continuo.decide;

import static dev.continuo.definition.TestTypes.json;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import dev.continuo.definition.conductor.ConductorWorkflowValidator;
import dev.continuo.definition.conductor.Snapshot;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * A conductor definition and the world around it, as a test has it: JSON with apostrophes for quotes.
 *
 * @param workflow the definition as its author wrote it
 * @param taskDefs registered task definitions by name
 * @param domains {@code taskToDomain}
 * @param polled queues that workers have polled lately, as {@code domain:name}
 */
record Given(
        ObjectNode workflow,
        ObjectNode taskDefs,
        JsonNode input,
        JsonNode domains,
        Set<String> polled,
        DeciderLimits limits,
        boolean emptyJoinWaits) {

    /** Tasks in the order of the definition, each an object. */
    static Given tasks(String... tasks) {
        ObjectNode workflow = (ObjectNode) json("{'name': 'flow', 'version': 1, 'schemaVersion': 2}");
        workflow.set("tasks", json("[" + String.join(",", tasks) + "]"));
        return new Given(
                workflow, (ObjectNode) json("{}"), json("{}"), json("{}"), Set.of(), DeciderLimits.DEFAULTS, true);
    }

    /** Members of the workflow definition. */
    Given with(String members) {
        ObjectNode all = workflow.deepCopy();
        all.setAll((ObjectNode) json(members));
        return new Given(all, taskDefs, input, domains, polled, limits, emptyJoinWaits);
    }

    Given def(String name, String members) {
        ObjectNode all = taskDefs.deepCopy();
        ObjectNode def = all.putObject(name).put("name", name);
        def.setAll((ObjectNode) json(members));
        return new Given(workflow, all, input, domains, polled, limits, emptyJoinWaits);
    }

    Given input(String members) {
        return new Given(workflow, taskDefs, json(members), domains, polled, limits, emptyJoinWaits);
    }

    Given domains(String members) {
        return new Given(workflow, taskDefs, input, json(members), polled, limits, emptyJoinWaits);
    }

    Given polled(String... queues) {
        return new Given(workflow, taskDefs, input, domains, Set.of(queues), limits, emptyJoinWaits);
    }

    Given limits(DeciderLimits other) {
        return new Given(workflow, taskDefs, input, domains, polled, other, emptyJoinWaits);
    }

    /** As the original has it: an empty joinOn waits for nothing. */
    Given emptyJoinsEnd() {
        return new Given(workflow, taskDefs, input, domains, polled, limits, false);
    }

    Plan plan() {
        var violations = new ConductorWorkflowValidator(ConductorLimits.DEFAULT, false).validate(workflow, this::def);
        if (!violations.isEmpty()) {
            throw new AssertionError("No definition for a test: " + violations);
        }
        return new ConductorCompiler(ConductorLimits.DEFAULT, emptyJoinWaits)
                .compile(new UUID(0, 1), new UUID(0, 2), Snapshot.of(workflow, this::def));
    }

    private Optional<ObjectNode> def(String name) {
        return taskDefs.path(name) instanceof ObjectNode def ? Optional.of(def) : Optional.empty();
    }

    ConductorRun start() {
        return start(true);
    }

    /** For runs so large that looking at all of it after each decision takes too long. */
    ConductorRun unchecked() {
        return start(false);
    }

    private ConductorRun start(boolean checking) {
        ObjectNode attributes = (ObjectNode) json("{}");
        attributes.set(Queues.DOMAINS, domains);
        Set<String> queues = new HashSet<>(polled);
        World world = new World() {
            @Override
            public Optional<JsonNode> taskDefinition(String name) {
                return def(name).map(JsonNode.class::cast);
            }

            @Override
            public boolean polled(String queue) {
                return queues.contains(
                        dev.continuo.model.QueueName.ofStored(queue).shown());
            }
        };
        return new ConductorRun(
                TestRun.start(new TestRun.Setup(plan(), input, limits, attributes, RealScripts.SHARED, world)),
                checking);
    }

    // The tasks of definitions, written short.

    static String simple(String ref) {
        return simple(ref, "{}");
    }

    static String simple(String ref, String input) {
        return simple(ref, input, "");
    }

    /**
     * @param more further members, each with a comma before it
     */
    static String simple(String ref, String input, String more) {
        return "{'name': '" + ref + "', 'taskReferenceName': '" + ref + "', 'type': 'SIMPLE', 'inputParameters': "
                + input + more + "}";
    }

    /**
     * @param more members, each with a comma before it
     */
    static String system(String type, String ref, String input, String more) {
        return "{'name': '" + ref + "', 'taskReferenceName': '" + ref + "', 'type': '" + type + "', 'inputParameters': "
                + input + more + "}";
    }

    static String fork(String ref, String... branches) {
        StringBuilder all = new StringBuilder();
        for (String branch : branches) {
            all.append(all.isEmpty() ? "" : ",").append("[").append(branch).append("]");
        }
        return system("FORK_JOIN", ref, "{}", ", 'forkTasks': [" + all + "]");
    }

    static String join(String ref, String... joinOn) {
        return joinWith(ref, "", joinOn);
    }

    static String joinWith(String ref, String more, String... joinOn) {
        String names = joinOn.length == 0 ? "" : "'" + String.join("','", joinOn) + "'";
        return system("JOIN", ref, "{}", ", 'joinOn': [" + names + "]" + more);
    }

    static String loop(String ref, String condition, String... body) {
        return system(
                "DO_WHILE",
                ref,
                "{}",
                ", 'loopCondition': '" + condition + "', 'loopOver': [" + String.join(",", body) + "]");
    }

    static String each(String ref, String items, String... body) {
        return system("DO_WHILE", ref, "{}", ", 'items': " + items + ", 'loopOver': [" + String.join(",", body) + "]");
    }

    /**
     * @param cases members: the name of a case and its list
     */
    static String choice(String ref, String value, String cases, String otherwise) {
        return system(
                "SWITCH",
                ref,
                "{'value': " + value + "}",
                ", 'evaluatorType': 'value-param', 'expression': 'value', 'decisionCases': {" + cases
                        + "}, 'defaultCase': [" + otherwise + "]");
    }
}
