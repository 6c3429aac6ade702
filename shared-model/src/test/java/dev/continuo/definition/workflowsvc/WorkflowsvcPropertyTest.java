package dev.continuo.definition.workflowsvc;

import static dev.continuo.definition.TestTypes.TYPES;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.expression.Limits;
import dev.continuo.expression.Reference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class WorkflowsvcPropertyTest {
    private final WorkflowsvcValidator validator =
            new WorkflowsvcValidator(TYPES, DefinitionLimits.DEFAULT, script -> Optional.empty());
    private final WorkflowsvcCompiler compiler = new WorkflowsvcCompiler(TYPES, Limits.DEFAULT);

    @Provide
    Arbitrary<JsonNode> documents() {
        return RandomDefinitions.documents();
    }

    @Property(tries = 200)
    void aRandomDefinitionHasNoFaults(@ForAll("documents") JsonNode document) {
        assertThat(validator.validate(document)).isEmpty();
    }

    @Property(tries = 200)
    void everyNodeIsReachedFromTheFirst(@ForAll("documents") JsonNode document) {
        Plan plan = compile(document);
        Set<Integer> seen = new HashSet<>();
        List<Integer> rest = new ArrayList<>(List.of(plan.first()));
        while (!rest.isEmpty()) {
            int index = rest.removeLast();
            if (seen.add(index)) {
                rest.addAll(next(plan.node(index)));
            }
        }

        assertThat(seen).hasSize(plan.nodes().size());
        assertThat(plan.nodes())
                .allSatisfy(node -> assertThat(plan.node(node.index())).isSameAs(node));
    }

    @Property(tries = 200)
    void everyPathEndsWhereItsContainerDoes(@ForAll("documents") JsonNode document) {
        Plan plan = compile(document);

        path(plan, plan.first(), new Successor.EndOfRun());
    }

    @Property(tries = 200)
    void whateverATemplateReadsIsRemembered(@ForAll("documents") JsonNode document) {
        Plan plan = compile(document);

        for (Node node : plan.nodes()) {
            assertThat(node.common().input().references())
                    .filteredOn(reference -> !reference.toWorkflow())
                    .extracting(Reference::root)
                    .allMatch(plan.remembered()::contains);
        }
    }

    /** Whatever is sent, the answer is a list of faults that point into the document, or a plan. */
    @Property(tries = 300)
    void aDefinitionThatWasDamagedIsRefusedOrCompiles(@ForAll("documents") JsonNode document, @ForAll long seed) {
        JsonNode damaged = document.deepCopy();
        Random random = new Random(seed);
        for (int i = random.nextInt(3); i >= 0; i--) {
            damage(damaged, random);
        }

        List<Fault> faults = validator.validate(damaged);

        if (faults.isEmpty()) {
            compile(damaged);
        } else {
            assertThat(faults).allSatisfy(fault -> {
                String parent =
                        fault.pointer().substring(0, Math.max(0, fault.pointer().lastIndexOf('/')));
                assertThat(damaged.at(parent).isMissingNode()).isFalse();
                assertThat(fault.message()).isNotBlank();
            });
        }
    }

    private Plan compile(JsonNode document) {
        return compiler.compile(new UUID(0, 1), new UUID(0, 2), document);
    }

    private static List<Integer> next(Node node) {
        List<Integer> next = new ArrayList<>();
        if (node.common().then() instanceof Successor.Next(int index)) {
            next.add(index);
        }
        switch (node) {
            case Node.Work work -> {}
            case Node.Human human -> {}
            case Node.Switch choice -> {
                choice.cases().values().forEach(first -> first.ifPresent(next::add));
                choice.otherwise().ifPresent(next::add);
            }
            case Node.Fork fork -> fork.branches().forEach(branch -> next.add(branch.first()));
            case Node.Loop loop -> next.add(loop.first());
            default -> throw new IllegalArgumentException("This dialect has no " + node);
        }
        return next;
    }

    /** Follows every path, and checks that it comes to the expected end, and only forward. */
    private static void path(Plan plan, int index, Successor end) {
        Node node = plan.node(index);
        switch (node) {
            case Node.Work work -> {}
            case Node.Human human -> {}
            case Node.Switch choice -> {
                choice.cases().values().forEach(first -> first.ifPresent(at -> path(plan, at, end)));
                choice.otherwise().ifPresent(at -> path(plan, at, end));
            }
            case Node.Fork fork ->
                fork.branches().forEach(branch -> path(plan, branch.first(), new Successor.EndOfBranch(index)));
            case Node.Loop loop -> path(plan, loop.first(), new Successor.EndOfPass(index));
            default -> throw new IllegalArgumentException("This dialect has no " + node);
        }
        if (node.common().then() instanceof Successor.Next(int then)) {
            assertThat(then).isGreaterThan(index);
            path(plan, then, end);
        } else {
            assertThat(node.common().then()).isEqualTo(end);
        }
    }

    private static void damage(JsonNode document, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(document, containers);
        switch (containers.get(random.nextInt(containers.size()))) {
            case ObjectNode object
            when !object.isEmpty() -> {
                List<String> names = new ArrayList<>();
                object.fieldNames().forEachRemaining(names::add);
                String name = names.get(random.nextInt(names.size()));
                switch (random.nextInt(3)) {
                    case 0 -> object.remove(name);
                    case 1 -> object.set(name, junk(random));
                    default ->
                        object.set(
                                names.get(random.nextInt(names.size())),
                                object.get(name).deepCopy());
                }
            }
            case ArrayNode array when !array.isEmpty() -> array.set(random.nextInt(array.size()), junk(random));
            default -> ((ObjectNode) document).set("_extra", junk(random));
        }
    }

    private static JsonNode junk(Random random) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(8)) {
            case 0 -> json.nullNode();
            case 1 -> json.numberNode(random.nextLong());
            case 2 -> json.textNode("${t1._output");
            case 3 -> json.textNode("${t" + random.nextInt(20) + "._output.x}");
            case 4 -> json.arrayNode().add(json.arrayNode());
            case 5 -> json.objectNode().set("_name", json.textNode("t1"));
            case 6 -> json.booleanNode(true);
            default -> json.numberNode(1e300);
        };
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }
}
