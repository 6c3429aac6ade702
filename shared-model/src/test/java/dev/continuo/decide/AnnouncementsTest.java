package dev.continuo.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.decide.Outcome.Effect.Announce;
import dev.continuo.definition.Plan;
import dev.continuo.definition.conductor.ConductorCompiler;
import dev.continuo.definition.conductor.ConductorLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Which changes of state a decision announces. */
class AnnouncementsTest {
    private static final ConductorCompiler COMPILER = new ConductorCompiler(ConductorLimits.DEFAULT, true);
    private static final List<String> STATES =
            List.of("onScheduled", "onStart", "onSuccess", "onFailed", "onCancelled");

    private int seen;

    private static Plan plan(String tasks) {
        return COMPILER.compile(new UUID(1, 1), new UUID(1, 2), json("{'name':'w','tasks':[" + tasks + "]}"));
    }

    private static JsonNode json(String singleQuoted) {
        return TestPlan.json(singleQuoted.replace('\'', '"'));
    }

    private static String task(String ref, String type) {
        StringBuilder states = new StringBuilder();
        for (String state : STATES) {
            states.append(states.isEmpty() ? "" : ",")
                    .append("'" + state + "':[{'type':'" + ref + "." + state + "','payload':{'who':"
                            + "'${workflow.input.who}','task':'${CPEWF_TASK_ID}','status':'${" + ref + ".status}'}}]");
        }
        return "{'name':'" + ref + "','taskReferenceName':'" + ref + "','type':'" + type + "','onStateChange':{"
                + states + "}}";
    }

    private List<Announce> announced(TestRun run) {
        List<Announce> all = new ArrayList<>();
        run.effects().forEach(effect -> {
            if (effect instanceof Announce announce) {
                all.add(announce);
            }
        });
        List<Announce> fresh = List.copyOf(all.subList(seen, all.size()));
        seen = all.size();
        return fresh;
    }

    private List<String> events(TestRun run) {
        return announced(run).stream()
                .map(announce -> announce.event().replace("conductor:w:", ""))
                .toList();
    }

    @Test
    void eachAttemptAnnouncesEachOfItsChangesOnce() {
        TestRun run = TestRun.start(plan(task("call", "HTTP") + "," + task("ask", "HUMAN")), "{\"who\":\"me\"}");
        assertThat(events(run)).containsExactly("call.onScheduled");
        run.claim("call");
        run.fail("call");
        assertThat(events(run)).containsExactly("call.onStart", "call.onFailed");
        run.retry();
        assertThat(events(run)).containsExactly("call.onScheduled");
        run.pause();
        run.resume();
        assertThat(events(run)).isEmpty();
        run.claim("call");
        run.complete("call");
        assertThat(events(run))
                .containsExactlyInAnyOrder("call.onStart", "call.onSuccess", "ask.onScheduled", "ask.onStart");
        run.terminate();
        assertThat(events(run)).containsExactly("ask.onCancelled");
        assertThat(run.effects().stream().filter(Announce.class::isInstance).map(effect -> ((Announce) effect).id()))
                .doesNotHaveDuplicates();
    }

    @Test
    void aPayloadSeesTheTaskAsItHasBecome() {
        TestRun run = TestRun.start(plan(task("call", "HTTP")), "{\"who\":\"me\"}");
        run.claim("call");
        run.complete("call");
        Announce last = announced(run).getLast();
        assertThat(last.taskId()).isEqualTo(run.last("call").id());
        assertThat(last.payload()).isEqualTo(json("{'who':'me','task':'" + last.taskId() + "','status':'COMPLETED'}"));
    }

    @Test
    void aTaskThatIsDecidedAtOnceAnnouncesAllOfIt() {
        TestRun run = TestRun.start(plan(task("set", "SET_VARIABLE")));
        assertThat(events(run)).containsExactly("set.onScheduled", "set.onStart", "set.onSuccess");
    }
}
