package dev.continuo.decide;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.continuo.definition.Node;
import dev.continuo.definition.Node.Successor;
import dev.continuo.definition.Plan;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.TimePolicy;
import dev.continuo.expression.Condition;
import dev.continuo.expression.ParseResult;
import dev.continuo.expression.Template;
import dev.continuo.model.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;

/** Plans for tests, written as the tree that they are. */
public final class TestPlan {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final List<Node> nodes = new ArrayList<>();
    private final Set<String> refs = new HashSet<>();

    private TestPlan() {}

    /** A task of a test plan, before it has a place in it. */
    public record Step(
            String ref,
            String kind,
            String input,
            RetryPolicy retry,
            TimePolicy time,
            boolean optional,
            Set<String> overridable,
            Map<String, List<Step>> blocks,
            String condition) {

        public Step input(String json) {
            return new Step(ref, kind, json, retry, time, optional, overridable, blocks, condition);
        }

        public Step retry(int limit, Duration delay) {
            RetryPolicy policy =
                    new RetryPolicy(limit, RetryPolicy.Backoff.FIXED, delay, 1, Optional.empty(), Duration.ZERO);
            return new Step(ref, kind, input, policy, time, optional, overridable, blocks, condition);
        }

        public Step timeout(Duration limit, TimePolicy.OnTimeout then) {
            TimePolicy policy = new TimePolicy(Duration.ZERO, Optional.of(limit), then, Optional.empty());
            return new Step(ref, kind, input, retry, policy, optional, overridable, blocks, condition);
        }

        public Step lease(Duration lease) {
            TimePolicy policy =
                    new TimePolicy(Duration.ZERO, Optional.empty(), TimePolicy.OnTimeout.RETRY, Optional.of(lease));
            return new Step(ref, kind, input, retry, policy, optional, overridable, blocks, condition);
        }

        public Step startDelay(Duration delay) {
            TimePolicy policy = new TimePolicy(delay, Optional.empty(), TimePolicy.OnTimeout.RETRY, Optional.empty());
            return new Step(ref, kind, input, retry, policy, optional, overridable, blocks, condition);
        }

        public Step asOptional() {
            return new Step(ref, kind, input, retry, time, true, overridable, blocks, condition);
        }

        public Step overridable(String... keys) {
            return new Step(ref, kind, input, retry, time, optional, Set.of(keys), blocks, condition);
        }
    }

    public static Step work(String ref) {
        return step(ref, "WORK", Map.of(), "");
    }

    public static Step human(String ref) {
        return step(ref, "HUMAN", Map.of(), "");
    }

    /** Branches as {@code "a", List.of(...)} pairs; {@code defaultCase} is the default. */
    public static Step choice(String ref, String value, Map<String, List<Step>> cases) {
        return step(ref, "SWITCH", cases, "").input("{\"value\":" + value + "}");
    }

    @SafeVarargs
    public static Step fork(String ref, List<Step>... branches) {
        Map<String, List<Step>> blocks = new LinkedHashMap<>();
        for (int i = 0; i < branches.length; i++) {
            blocks.put("" + i, branches[i]);
        }
        return step(ref, "FORK", blocks, "");
    }

    public static Step loop(String ref, String condition, Step... body) {
        return step(ref, "LOOP", Map.of("body", List.of(body)), condition);
    }

    private static Step step(String ref, String kind, Map<String, List<Step>> blocks, String condition) {
        return new Step(ref, kind, "{}", RetryPolicy.NEVER, TimePolicy.NONE, false, Set.of(), blocks, condition);
    }

    public static Plan of(Step... steps) {
        return of(Optional.empty(), steps);
    }

    public static Plan of(Optional<Duration> timeout, Step... steps) {
        TestPlan plan = new TestPlan();
        int first = plan.block(Arrays.asList(steps), new Successor.EndOfRun());
        return new Plan(
                Dialect.WORKFLOWSVC,
                UUID.nameUUIDFromBytes("definition".getBytes(java.nio.charset.StandardCharsets.UTF_8)),
                UUID.randomUUID(),
                "test",
                plan.nodes,
                first,
                timeout,
                Plan.OnRunTimeout.TIME_OUT,
                plan.refs);
    }

    private int block(List<Step> steps, Successor after) {
        int first = nodes.size();
        int[] indexes = new int[steps.size()];
        for (int i = 0; i < indexes.length; i++) {
            indexes[i] = nodes.size();
            nodes.add(null);
        }
        for (int i = 0; i < indexes.length; i++) {
            Successor then = i + 1 < indexes.length ? new Successor.Next(indexes[i + 1]) : after;
            nodes.set(indexes[i], node(steps.get(i), indexes[i], then));
        }
        return first;
    }

    private Node node(Step step, int index, Successor then) {
        refs.add(step.ref());
        Node.Common common = new Node.Common(
                index,
                step.ref(),
                step.kind(),
                template(step.input()),
                step.overridable(),
                Set.of(),
                then,
                step.retry(),
                step.time(),
                step.optional(),
                false);
        return switch (step.kind()) {
            case "WORK" -> new Node.Work(common);
            case "HUMAN" -> new Node.Human(common);
            case "SWITCH" -> {
                Map<String, OptionalInt> cases = new LinkedHashMap<>();
                step.blocks()
                        .forEach((name, block) -> cases.put(
                                name, block.isEmpty() ? OptionalInt.empty() : OptionalInt.of(block(block, then))));
                OptionalInt otherwise =
                        cases.containsKey("defaultCase") ? cases.remove("defaultCase") : OptionalInt.empty();
                yield new Node.Switch(
                        common, new Node.Choice.Key("value"), Node.Switch.Shown.CASE_OR_DEFAULT, cases, otherwise);
            }
            case "FORK" -> {
                List<Node.Branch> branches = new ArrayList<>();
                step.blocks()
                        .forEach((name, block) -> branches.add(new Node.Branch(
                                block(block, new Successor.EndOfBranch(index)),
                                block.get(block.size() - 1).ref())));
                yield new Node.Fork(common, branches);
            }
            case "LOOP" -> {
                List<Step> body = step.blocks().get("body");
                int first = block(body, new Successor.EndOfPass(index));
                yield new Node.Loop(
                        common,
                        condition(step.condition()),
                        first,
                        body.stream().map(Step::ref).toList());
            }
            default -> throw new IllegalArgumentException(step.kind());
        };
    }

    private static Condition condition(String source) {
        return switch (Condition.compile(source)) {
            case Condition.Compilation.Compiled(Condition condition) -> condition;
            case Condition.Compilation.Fault(String message) -> throw new IllegalArgumentException(message);
        };
    }

    private static Template template(String json) {
        return switch (Template.parse(json(json))) {
            case ParseResult.Parsed(Template template) -> template;
            case ParseResult.Faults faults -> throw new IllegalArgumentException(faults.toString());
        };
    }

    public static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
