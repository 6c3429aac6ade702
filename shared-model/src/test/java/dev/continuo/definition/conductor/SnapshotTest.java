package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnapshotTest {
    private static final ObjectNode NESTED = object("""
            {'name': 'w', 'tasks': [
              {'name': 'known', 'taskReferenceName': 'top'},
              {'name': 'sw', 'taskReferenceName': 'sw', 'type': 'SWITCH',
               'decisionCases': {'a': [{'name': 'known', 'taskReferenceName': 'in_case'}]},
               'defaultCase': [{'name': 'known', 'taskReferenceName': 'in_default'}]},
              {'name': 'fork', 'taskReferenceName': 'fork', 'type': 'FORK_JOIN',
               'forkTasks': [[{'name': 'known', 'taskReferenceName': 'in_fork'}], []]},
              {'name': 'join', 'taskReferenceName': 'join', 'type': 'JOIN'},
              {'name': 'loop', 'taskReferenceName': 'loop', 'type': 'DO_WHILE', 'loopOver': [
                {'name': 'loop2', 'taskReferenceName': 'loop2', 'type': 'DO_WHILE', 'loopOver': [
                  {'name': 'known', 'taskReferenceName': 'in_loop'}]}]}]}
            """);
    private static final ObjectNode KNOWN = object("{'name': 'known', 'retryCount': 7}");

    private static ObjectNode object(String text) {
        return (ObjectNode) json(text);
    }

    private static Optional<ObjectNode> find(String name) {
        return name.equals("known") ? Optional.of(KNOWN) : Optional.empty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/tasks/0",
                "/tasks/1/decisionCases/a/0",
                "/tasks/1/defaultCase/0",
                "/tasks/2/forkTasks/0/0",
                "/tasks/4/loopOver/0/loopOver/0"
            })
    void aTaskAtAnyDepthGetsItsDefinition(String pointer) {
        JsonNode task = Snapshot.of(NESTED, SnapshotTest::find).at(pointer);
        assertThat(task.path("taskDefinition")).isEqualTo(KNOWN);
        assertThat(task.path("taskReferenceName")).isEqualTo(NESTED.at(pointer).path("taskReferenceName"));
    }

    @Test
    void theSubmittedDocumentStaysAsItIs() {
        ObjectNode before = NESTED.deepCopy();
        Snapshot.of(NESTED, SnapshotTest::find);
        assertThat(NESTED).isEqualTo(before);
    }

    @Test
    void nothingElseIsDifferent() {
        ObjectNode snapshot = Snapshot.of(NESTED, SnapshotTest::find);
        TaskTree.visit(snapshot.path("tasks"), task -> task.remove("taskDefinition"));
        assertThat(snapshot).isEqualTo(NESTED);
    }

    @Test
    void theAuthorsOwnDefinitionWins() {
        ObjectNode def = object("""
                {'name': 'w', 'tasks': [{'name': 'known', 'taskReferenceName': 'a', 'taskDefinition': {'retryCount': 1}}]}
                """);
        assertThat(Snapshot.of(def, SnapshotTest::find)).isEqualTo(def);
    }

    @Test
    void aSimpleTaskWithoutADefinitionGetsDefaultsAndOthersGetNone() {
        ObjectNode def = object("""
                {'name': 'w', 'tasks': [{'name': 'a', 'taskReferenceName': 'a', 'taskDefinition': null},
                  {'name': 'b', 'taskReferenceName': 'b', 'type': 'HTTP'},
                  {'name': 'c', 'taskReferenceName': 'c', 'type': 'my_worker'},
                  {'name': 'known', 'taskReferenceName': 'd', 'type': 'HTTP'}]}
                """);
        JsonNode tasks = Snapshot.of(def, SnapshotTest::find).path("tasks");
        assertThat(tasks.at("/0/taskDefinition")).isEqualTo(json("{'name': 'a'}"));
        assertThat(tasks.path(1).has("taskDefinition")).isFalse();
        assertThat(tasks.path(2).has("taskDefinition")).isFalse();
        assertThat(tasks.at("/3/taskDefinition")).isEqualTo(KNOWN);
    }

    @Test
    void aTaskThatOnlyExistsAtRunTimeGetsItsDefinitionToo() {
        ObjectNode task = (ObjectNode) NESTED.at("/tasks/1");
        assertThat(Snapshot.ofTask(task, SnapshotTest::find).at("/defaultCase/0/taskDefinition"))
                .isEqualTo(KNOWN);
    }

    @Test
    void allNamesAreFoundOnce() {
        assertThat(TaskNames.of(NESTED)).containsExactly("known", "sw", "fork", "join", "loop", "loop2");
    }
}
