package dev.continuo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Every route of Conductor that its users' programs call is there. What each does is tested elsewhere. */
@ExtendWith(BackendsExtension.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConductorRoutesIT {
    /** Method, path below /api (or from the root after a `^`) and body; names in braces stand for samples. */
    private static final String METADATA = """
            POST   /metadata/workflow {definition}
            POST   /metadata/workflow?overwrite=true [{definition}]
            POST   /metadata/workflow/validate {definition}
            PUT    /metadata/workflow [{definition}]
            GET    /metadata/workflow
            GET    /metadata/workflow?classifier=agent&short=true&metadata=true
            GET    /metadata/workflow/{name}
            GET    /metadata/workflow/{name}?version=1&metadata=false
            GET    /metadata/workflow/names-and-versions
            GET    /metadata/workflow/names
            GET    /metadata/workflow/{name}/versions
            GET    /metadata/workflow/latest-versions
            DELETE /metadata/workflow/{name}/7
            POST   /metadata/taskdefs [{name: 'routes'}]
            PUT    /metadata/taskdefs {name: 'routes'}
            GET    /metadata/taskdefs
            GET    /metadata/taskdefs?access=READ&metadata=true
            GET    /metadata/taskdefs/routes
            DELETE /metadata/taskdefs/routes
            """;

    private static final String WORKFLOWS = """
            POST   /workflow {name: '{name}'}
            POST   /workflow/{name}?version=1&correlationId=c&priority=1 {}
            POST   /workflow/start/{name}/1 {}
            POST   /workflow/execute/{name}/1?requestId=r&waitForSeconds=1 {name: '{name}', version: 1}
            POST   /workflow/execute/{name}/0?requestId=r&waitForSeconds=1&returnStrategy=BLOCKING_TASK {name: '{name}'}
            GET    /workflow/execute/{name}?version=1&requestId=r&waitForSeconds=1
            POST   /workflow/execute/{name}?version=1&requestId=r&waitForSeconds=1 {}
            GET    /workflow/{name}/correlated/c?includeClosed=true&includeTasks=true
            POST   /workflow/{name}/correlated ['c']
            POST   /workflow/correlated/batch {correlationIds: ['c'], workflowNames: ['{name}']}
            GET    /workflow/{id}
            GET    /workflow/{id}?includeTasks=false&summarize=true
            GET    /workflow/{id}/tasks?start=0&count=15&status=COMPLETED&status=FAILED
            GET    /workflow/{id}/status?includeOutput=true&includeVariables=true
            GET    /workflow/{id}/size
            GET    /workflow/running/{name}?version=1
            PUT    /workflow/decide/{id}
            PUT    /workflow/{id}/pause
            PUT    /workflow/{id}/resume
            PUT    /workflow/{id}/skiptask/first {taskInput: {}, taskOutput: {}}
            POST   /workflow/{id}/rerun {reRunFromTaskId: '{id}'}
            POST   /workflow/{id}/restart?useLatestDefinitions=true
            POST   /workflow/{id}/retry?resumeSubworkflowTasks=true
            POST   /workflow/{id}/resetcallbacks
            POST   /workflow/{id}/variables {colour: 'red'}
            POST   /workflow/{id}/state?requestId=r&waitUntilTaskRef=first&waitForSeconds=1 {variables: {colour: 'red'}}
            POST   /workflow/{id}/upgrade {name: '{name}', version: 2}
            POST   /workflow/{id}/jump/first {}
            POST   /workflow/{id}/messages {said: 'hello'}
            DELETE /workflow/{id}?reason=enough&triggerFailureWorkflow=true
            DELETE /workflow/{id}/remove?archiveWorkflow=false
            DELETE /workflow/{id}/terminate-remove?reason=enough&archiveWorkflow=false
            GET    /workflow/search?start=0&size=1&sort=startTime:DESC&freeText=*&query=status%3DRUNNING
            GET    /workflow/search-v2?start=0&size=1
            GET    /workflow/search-by-tasks?start=0&size=1
            GET    /workflow/search-by-tasks-v2?start=0&size=1
            GET    /workflow/externalstoragelocation?path=p&operation=WRITE&payloadType=WORKFLOW_INPUT
            GET    /workflow/external-storage-location?path=p&operation=READ&payloadType=WORKFLOW_OUTPUT
            POST   /workflow/test {name: '{name}', version: 1, workflowDef: {definition}, taskRefToMockOutput: {}}
            PUT    /workflow/bulk/pause ['{id}']
            PUT    /workflow/bulk/resume ['{id}']
            POST   /workflow/bulk/restart?useLatestDefinitions=true ['{id}']
            POST   /workflow/bulk/retry ['{id}']
            POST   /workflow/bulk/terminate?reason=enough&triggerFailureWorkflow=true ['{id}']
            POST   /workflow/bulk/delete ['{id}']
            DELETE /workflow/bulk/remove?archiveWorkflow=false ['{id}']
            DELETE /workflow/bulk/terminate-remove?archiveWorkflow=false&reason=enough ['{id}']
            POST   /workflow/bulk/search?includeTasks=false ['{id}']
            """;

    private static final String TASKS = """
            GET    /tasks/poll/routes?workerid=w&domain=d
            GET    /tasks/poll/batch/routes?workerid=w&domain=d&count=2&timeout=10
            POST   /tasks {workflowInstanceId: '{id}', taskId: '{id}', status: 'COMPLETED'}
            POST   /tasks/update-v2 {workflowInstanceId: '{id}', taskId: '{id}', status: 'COMPLETED'}
            POST   /tasks/{id}/first/COMPLETED?workerid=w {}
            POST   /tasks/{id}/first/COMPLETED/sync?workerid=w {}
            POST   /tasks/{id}/COMPLETED/signal {}
            POST   /tasks/{id}/COMPLETED/signal/sync?returnStrategy=TARGET_WORKFLOW&timeoutMillis=10 {}
            POST   /tasks/{id}/log 'a line'
            GET    /tasks/{id}/log
            GET    /tasks/{id}
            GET    /tasks/queue/sizes?taskType=routes&taskType=others
            GET    /tasks/queue/size?taskType=routes&domain=d
            GET    /tasks/queue/all
            GET    /tasks/queue/all/verbose
            GET    /tasks/queue/polldata?taskType=routes
            GET    /tasks/queue/polldata/all
            POST   /tasks/queue/requeue/routes
            GET    /tasks/search?start=0&size=1&sort=&freeText=*&query=status%3DCOMPLETED
            GET    /tasks/search-v2?start=0&size=1
            GET    /tasks/externalstoragelocation?path=p&operation=WRITE&payloadType=TASK_OUTPUT
            GET    /tasks/external-storage-location?path=p&operation=READ&payloadType=TASK_INPUT
            """;

    private static final String THE_REST = """
            GET    /queue/size
            GET    /queue
            POST   /queue/update/{id}/first/COMPLETED {}
            POST   /queue/update/{id}/task/{id}/COMPLETED {}
            GET    /admin/config
            GET    /admin/task/routes?start=0&count=10
            POST   /admin/sweep/requeue/{id}
            POST   /admin/consistency/verifyAndRepair/{id}
            GET    /admin/queues?verbose=true
            GET    ^/health
            GET    /health
            GET    /version
            GET    ^/context.js
            GET    ^/actuator/health
            GET    ^/actuator/prometheus
            GET    ^/openapi/conductor.json
            POST   /token {keyId: 'k', keySecret: 's'}
            PUT    /environment/routes 'a value'
            GET    /environment
            GET    /environment/routes
            DELETE /environment/routes
            PUT    /secrets/routes 'a value'
            GET    /secrets
            POST   /secrets
            GET    /secrets/v2
            GET    /secrets/routes
            GET    /secrets/routes/exists
            DELETE /secrets/routes
            """;

    private static final Map<String, String> SAMPLES = Map.of(
            "{definition}",
            "{name: 'routes', version: 1, tasks: [{name: 'step', taskReferenceName: 'first'}]}",
            "{name}",
            "routes",
            "{id}",
            "00000000-0000-7000-8000-000000000000");

    private final Servers servers;
    private Standalone standalone;
    private Continuo continuo;

    ConductorRoutesIT(Backends backends, @TempDir Path scratch) throws Exception {
        servers = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix());
    }

    @BeforeAll
    void open() throws Exception {
        standalone = servers.start();
        continuo = Servers.client(standalone);
    }

    @AfterAll
    void close() {
        standalone.close();
    }

    private record Route(String method, String path, Optional<JsonNode> body) {
        static Route of(String line) {
            String[] words = sampled(line).split(" +", 3);
            String path = words[1].startsWith("^") ? words[1].substring(1) : "/api" + words[1];
            return new Route(words[0], path, words.length < 3 ? Optional.empty() : Optional.of(Docs.read(words[2])));
        }

        private static String sampled(String line) {
            String text = line;
            for (Map.Entry<String, String> sample : SAMPLES.entrySet()) {
                text = text.replace(sample.getKey(), sample.getValue());
            }
            return text;
        }
    }

    private Continuo.Answer ask(String method, String path, Optional<JsonNode> body) throws IOException {
        return continuo.trySend(method, path, body);
    }

    @Test
    void whatIsNoRouteIsToldApart() throws IOException {
        assertThat(ask("GET", "/api/no/such/route", Optional.empty()).status()).isEqualTo(404);
        assertThat(ask("PATCH", "/api/metadata/workflow", Optional.empty()).status())
                .isEqualTo(405);
    }

    @TestFactory
    Stream<DynamicTest> everyRouteAnswers() throws IOException {
        String nothing = ask("GET", "/api/no/such/route", Optional.empty()).text();
        return Stream.of(METADATA, WORKFLOWS, TASKS, THE_REST)
                .flatMap(String::lines)
                .map(line -> DynamicTest.dynamicTest(line, () -> {
                    Route route = Route.of(line);
                    Continuo.Answer answer = ask(route.method(), route.path(), route.body());
                    assertThat(answer.status())
                            .as(answer.text())
                            .isLessThan(500)
                            .isNotEqualTo(405);
                    assertThat(answer.text()).isNotEqualTo(nothing);
                }));
    }
}
