package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.Plan;
import dev.continuo.definition.TimePolicy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductorDocsTest {

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    @Test
    void aWorkflowReadsWithItsDefaults() {
        WorkflowDefDoc doc = new WorkflowDefDoc(object("{'name': 'w', 'failureWorkflow': '', 'timeoutSeconds': null}"));
        assertThat(doc.version()).isEqualTo(1);
        assertThat(doc.tasks()).isEmpty();
        assertThat(doc.timeout()).isEmpty();
        assertThat(doc.timeoutPolicy()).isEqualTo(Plan.OnRunTimeout.ALERT_ONLY);
        assertThat(doc.failureWorkflow()).isEmpty();
        assertThat(doc.restartable()).isTrue();
        assertThat(doc.enforceSchema()).isTrue();
        assertThat(doc.rateLimitConfig()).isEmpty();
    }

    @Test
    void aWorkflowReadsWhatItSays() {
        WorkflowDefDoc doc = new WorkflowDefDoc(ConductorDocuments.everything());
        assertThat(doc.version()).isEqualTo(3);
        assertThat(doc.timeout()).contains(Duration.ofSeconds(60));
        assertThat(doc.timeoutPolicy()).isEqualTo(Plan.OnRunTimeout.TIME_OUT);
        assertThat(doc.failureWorkflow()).contains("cleanup");
        assertThat(doc.failureWorkflowVersion()).contains(1);
        assertThat(doc.restartable()).isFalse();
        assertThat(doc.rateLimitConfig())
                .contains(new WorkflowDefDoc.RateLimit("${workflow.input.k}", 2, WorkflowDefDoc.OnLimit.REJECT));
        assertThat(doc.cacheConfig()).contains(new WorkflowTaskDoc.Cache("${workflow.input.a}", Duration.ofMinutes(1)));
        assertThat(doc.maskedFields()).containsExactly("password");
        assertThat(doc.inputSchema().flatMap(SchemaDoc::data)).contains(object("{'type': 'object'}"));
        assertThat(doc.outputSchema().map(SchemaDoc::type)).contains("AVRO");
    }

    @Test
    void aTaskReadsWithItsDefaults() {
        WorkflowTaskDoc task = new WorkflowTaskDoc(object("{'name': 'n', 'taskReferenceName': 'r'}"));
        assertThat(task.type()).isEqualTo("SIMPLE");
        assertThat(task.systemType()).isEmpty();
        assertThat(task.inputParameters()).isEmpty();
        assertThat(task.optional()).isFalse();
        assertThat(task.startDelay()).isZero();
        assertThat(task.retryCount()).isEmpty();
        assertThat(task.joinOn()).isEmpty();
        assertThat(task.joinMode()).isEmpty();
        assertThat(task.items()).isEmpty();
        assertThat(task.cacheConfig()).isEmpty();
        assertThat(task.lists()).isEmpty();
    }

    @Test
    void aTaskReadsWhatItSays() {
        List<WorkflowTaskDoc> tasks = new WorkflowDefDoc(ConductorDocuments.everything()).tasks();
        WorkflowTaskDoc first = tasks.getFirst();
        assertThat(first.optional() && first.permissive() && first.asyncComplete())
                .isTrue();
        assertThat(first.startDelay()).isEqualTo(Duration.ofSeconds(1));
        assertThat(first.retryCount()).contains(2);
        assertThat(first.taskDefinition().map(TaskDefDoc::retryCount)).contains(1);
        assertThat(first.cacheConfig()).contains(new WorkflowTaskDoc.Cache("${a}", Duration.ofSeconds(5)));
        assertThat(first.onStateChange())
                .containsEntry("onStart", List.of(new WorkflowTaskDoc.StateChange("started", object("{'a': 1}"))));
        assertThat(tasks.get(1).decisionCases().keySet()).containsExactly("a", "b.c");
        assertThat(tasks.get(1).lists())
                .extracting(WorkflowTaskDoc.TaskList::label)
                .containsExactly("a", "b.c", "");
        assertThat(tasks.get(2).lists()).hasSize(2);
        assertThat(tasks.get(3).joinMode()).contains(WorkflowTaskDoc.JoinMode.SYNC);
        assertThat(tasks.get(4).loopOver()).extracting(WorkflowTaskDoc::ref).containsExactly("in_loop", "each");
        assertThat(tasks.get(5).items()).contains(json("[1]"));
    }

    @Test
    void oneListOfEventsMayBeForSeveralStates() {
        WorkflowTaskDoc task = new WorkflowTaskDoc(object("""
                {'name': 'n', 'onStateChange': {'onStart, onFailed': [{'type': 'a'}], 'onFailed': [{'type': 'b'}]}}
                """));
        assertThat(task.onStateChange().keySet()).containsExactly("onStart", "onFailed");
        assertThat(task.onStateChange().get("onFailed"))
                .extracting(WorkflowTaskDoc.StateChange::type)
                .containsExactly("a", "b");
    }

    /** Rows: a task's members, and what it is polled and shown as. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'name': 'n'}                               | n
            {'name': 'n', 'type': 'SIMPLE'}             | n
            {'name': 'n', 'type': 'mine'}               | mine
            {'name': 'n', 'type': 'HTTP'}               | HTTP
            {'name': 'n', 'workflowTaskType': 'WAIT'}   | WAIT
            """)
    void aTaskIsShownAs(String task, String type) {
        assertThat(new WorkflowTaskDoc(object(task)).taskType()).isEqualTo(type);
    }

    @Test
    void aTaskDefinitionReadsItsLimits() {
        TaskDefDoc doc = new TaskDefDoc(object("""
                {'name': 'a', 'concurrentExecLimit': 3, 'rateLimitPerFrequency': 5, 'pollTimeoutSeconds': 7,
                 'totalTimeoutSeconds': 8, 'timeoutPolicy': 'ALERT_ONLY'}
                """));
        assertThat(doc.concurrentExecLimit()).contains(3);
        assertThat(doc.rateLimit()).contains(new TaskDefDoc.RateLimit(5, Duration.ofSeconds(1)));
        assertThat(doc.pollTimeout()).contains(Duration.ofSeconds(7));
        assertThat(doc.totalTimeout()).contains(Duration.ofSeconds(8));
        assertThat(doc.timeoutPolicy()).isEqualTo(TimePolicy.OnTimeout.ALERT_ONLY);
        TaskDefDoc none = new TaskDefDoc(object("{'concurrentExecLimit': 0, 'rateLimitPerFrequency': 0}"));
        assertThat(none.concurrentExecLimit()).isEqualTo(Optional.empty());
        assertThat(none.rateLimit()).isEmpty();
    }
}
