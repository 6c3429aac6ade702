package dev.continuo.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.embedded.sample.SampleQuestion;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class AgentVerificationTest {
    private static final String KEY = "the-key";
    private static final String OUTLINE = Storyteller.outline(AgentDemo.TOPIC);
    private static final String STORY = Storyteller.story(OUTLINE);

    @Test
    void aTaskThatIsAsItMustBeHasNoDifferences() {
        assertThat(differences(good -> {})).isEmpty();
    }

    @Test
    void aCallbackMayComeTwice() {
        assertThat(differences(found -> found.callbacks.add(1, found.callbacks.getFirst())))
                .isEmpty();
    }

    /** One thing that may go wrong, and what is told about it. */
    private record Row(String name, Consumer<Found> change, String told) {}

    @TestFactory
    Stream<DynamicTest> whateverDiffersIsTold() {
        return Stream.of(
                        new Row(
                                "the task failed",
                                f -> f.task.put("status", "error"),
                                "expected complete, found error"),
                        new Row("no output", f -> f.task.set("output", object()), "the output's story"),
                        new Row("more output", f -> f.output().put("outline", ""), "the output's members"),
                        new Row("another story", f -> f.output().put("story", "x"), "the output's story"),
                        new Row("no line of a node", f -> f.logs().remove(0), "the log's main lines"),
                        new Row("a node twice", f -> f.logs().add("Write: Running"), "the log's main lines"),
                        new Row("a line untold", f -> f.told.removeLast(), "the lines that were told"),
                        new Row("no callbacks", f -> f.callbacks.clear(), "and there are 0"),
                        new Row("no first one", f -> f.callbacks.removeFirst(), "and there are 1"),
                        new Row("no last one", f -> f.callbacks.add(f.callbacks.getFirst()), "the last callback"),
                        new Row("a wrong signature", f -> f.sign(0, false), "callback 1 has no valid signature"),
                        new Row("a late one", f -> Collections.swap(f.callbacks, 0, 1), "callback 1 came after"),
                        new Row("lost lines", f -> f.first().withArray("logs").add("x"), "callback 2 has lost lines"),
                        new Row("one call", f -> f.questions.removeLast(), "the calls of the provider: expected 2"),
                        new Row("a third call", f -> f.ask(OUTLINE, KEY), "the calls of the provider: expected 2"),
                        new Row("another key", f -> f.askLast(OUTLINE, "other"), "the key of a call"),
                        new Row("no outline in it", f -> f.askLast("x", KEY), "does not have the first one's output"),
                        new Row(
                                "no mask",
                                f -> f.agent.withObject("variables").remove("providerKey"),
                                "key in the agent"),
                        new Row("a key in the log", f -> f.logs().add("used " + KEY), "the provider's key is shown"),
                        new Row("a key in a callback", f -> f.first().put("x", KEY), "the provider's key is shown"))
                .map(row -> DynamicTest.dynamicTest(row.name(), () -> assertThat(differences(row.change()))
                        .as("differences")
                        .isNotEmpty()
                        .anySatisfy(line -> assertThat(line).contains(row.told()))));
    }

    private static List<String> differences(Consumer<Found> change) {
        Found found = new Found();
        change.accept(found);
        return AgentVerification.differences(
                KEY,
                new AgentEvidence(
                        found.agent,
                        found.callbacks.isEmpty() ? object() : found.first(),
                        found.task,
                        found.told,
                        found.callbacks,
                        found.questions));
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Evidence of a task that went well, to be spoilt. */
    private static final class Found {
        private final ObjectNode agent = object();
        private final ObjectNode task = object().put("status", "complete");
        private final List<String> told = new ArrayList<>();
        private final List<Callback> callbacks = new ArrayList<>();
        private final List<SampleQuestion> questions = new ArrayList<>();

        private Found() {
            agent.putObject("variables").put("providerKey", "***");
            ObjectNode begun = object().put("status", "running");
            begun.putArray("logs").add("Outline: Running");
            task.putObject("output").put("story", STORY);
            told.addAll(List.of(
                    "Outline: Running",
                    "Response: " + OUTLINE,
                    "Write: Running",
                    "100 characters so far",
                    "Response: " + STORY,
                    "Return: Running"));
            told.forEach(task.putArray("logs")::add);
            callbacks.add(new Callback(1, "msg_1", true, begun));
            callbacks.add(new Callback(2, "msg_2", true, task));
            ask("Outline a story about a lighthouse keeper.", KEY);
            ask(OUTLINE, KEY);
        }

        private ObjectNode output() {
            return (ObjectNode) task.path("output");
        }

        private ArrayNode logs() {
            return (ArrayNode) task.path("logs");
        }

        private ObjectNode first() {
            return (ObjectNode) callbacks.getFirst().task();
        }

        private void sign(int index, boolean verified) {
            Callback callback = callbacks.get(index);
            callbacks.set(index, new Callback(callback.number(), callback.id(), verified, callback.task()));
        }

        private void ask(String text, String key) {
            ObjectNode body = object();
            body.putArray("messages").addObject().put("role", "user").put("content", text);
            questions.add(new SampleQuestion("POST", "/v1/messages", Map.of("x-api-key", key), body));
        }

        private void askLast(String text, String key) {
            questions.removeLast();
            ask(text, key);
        }
    }
}
