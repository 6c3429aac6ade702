package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.embedded.sample.SampleQuestion;
import java.util.ArrayList;
import java.util.List;

/** Whether everything about a task of the sample agent is as it must be. */
final class AgentVerification {
    private static final String OUTLINE = Storyteller.outline(AgentDemo.TOPIC);
    private static final String STORY = Storyteller.story(OUTLINE);

    /** In this order, possibly with others between them. */
    private static final List<String> MILESTONES = List.of(
            "Outline: Running", "Response: " + OUTLINE, "Write: Running", "Response: " + STORY, "Return: Running");

    private final List<String> differences = new ArrayList<>();
    private final String providerKey;

    private AgentVerification(String providerKey) {
        this.providerKey = providerKey;
    }

    /** What differs, one line each. */
    static List<String> differences(String providerKey, AgentEvidence evidence) {
        AgentVerification verification = new AgentVerification(providerKey);
        verification.task(evidence.task());
        verification.expect("the lines that were told", lines(evidence.task()), evidence.told());
        verification.callbacks(evidence.callbacks(), evidence.task());
        verification.questions(evidence.questions());
        verification.secrecy(evidence);
        return List.copyOf(verification.differences);
    }

    private void task(JsonNode task) {
        expect("the task's status", "complete", task.path("status").asText());
        expect("the output's members", 1, task.path("output").size());
        expect("the output's story", STORY, task.at("/output/story").asText());
        List<String> milestones =
                lines(task).stream().filter(MILESTONES::contains).toList();
        expect("the log's main lines", MILESTONES, milestones);
    }

    private static List<String> lines(JsonNode task) {
        return task.path("logs").valueStream().map(JsonNode::asText).toList();
    }

    /** What was sent may come again, but nothing may come late, be left out at the end or be from somebody else. */
    private void callbacks(List<Callback> callbacks, JsonNode task) {
        if (callbacks.size() < 2) {
            differences.add(
                    "there must be callbacks at the beginning and at the end, and there are " + callbacks.size());
            return;
        }
        expect(
                "the status in the first callback",
                "running",
                callbacks.getFirst().status());
        expect("the last callback", task, callbacks.getLast().task());
        List<String> before = List.of();
        int number = 0;
        for (Callback callback : callbacks) {
            String what = "callback " + callback.number();
            if (!callback.verified()) {
                differences.add(what + " has no valid signature");
            }
            if (callback.number() < number) {
                differences.add(what + " came after callback " + number);
            }
            List<String> now = lines(callback.task());
            if (now.size() < before.size() || !now.subList(0, before.size()).equals(before)) {
                differences.add(what + " has lost lines of the log");
            }
            before = now;
            number = callback.number();
        }
    }

    private void questions(List<SampleQuestion> questions) {
        expect("the calls of the provider", 2, questions.size());
        for (SampleQuestion question : questions) {
            expect("the path of a call", "/v1/messages", question.path());
            expect(
                    "the key of a call",
                    true,
                    question.header("x-api-key").filter(providerKey::equals).isPresent());
        }
        if (questions.size() == 2 && !questions.getLast().lastUserText().contains(OUTLINE)) {
            differences.add("the second prompt does not have the first one's output: "
                    + questions.getLast().lastUserText());
        }
    }

    private void secrecy(AgentEvidence evidence) {
        expect(
                "the provider's key in the agent",
                "***",
                evidence.agent().at("/variables/providerKey").asText());
        boolean shown = (evidence.agent().toString() + evidence.started() + evidence.task() + evidence.callbacks())
                .contains(providerKey);
        if (shown) {
            differences.add("the provider's key is shown");
        }
    }

    private void expect(String what, Object expected, Object found) {
        if (!expected.equals(found)) {
            differences.add(what + ": expected " + expected + ", found " + found);
        }
    }
}
