package dev.continuo.sdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.netflix.conductor.client.automator.TaskRunnerConfigurer;
import com.netflix.conductor.client.exception.ConductorClientException;
import com.netflix.conductor.client.http.ConductorClient;
import com.netflix.conductor.client.http.MetadataClient;
import com.netflix.conductor.client.http.TaskClient;
import com.netflix.conductor.client.http.WorkflowClient;
import com.netflix.conductor.client.worker.Worker;
import com.netflix.conductor.common.metadata.tasks.Task;
import com.netflix.conductor.common.metadata.tasks.TaskResult;
import com.netflix.conductor.common.metadata.workflow.StartWorkflowRequest;
import com.netflix.conductor.common.metadata.workflow.WorkflowDef;
import com.netflix.conductor.common.run.Workflow;
import dev.continuo.e2e.Servers;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Await;
import dev.continuo.testing.Backends;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** The official Java client, and a server of its own for it. */
final class JavaSdk implements AutoCloseable {
    static final Duration LIMIT = Duration.ofSeconds(60);

    private static final int LONG_POLL_MILLIS = 1_000;

    private final Standalone server;
    private final ConductorClient client;
    private final MetadataClient metadata;
    private final WorkflowClient workflows;
    private final TaskClient tasks;
    private final List<TaskRunnerConfigurer> runners = new ArrayList<>();

    private JavaSdk(Standalone server) {
        this.server = server;
        client = new ConductorClient("http://127.0.0.1:" + server.port() + "/api");
        metadata = new MetadataClient(client);
        workflows = new WorkflowClient(client);
        tasks = new TaskClient(client);
    }

    static JavaSdk start(Backends backends, Path scratch) throws Exception {
        return new JavaSdk(Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix())
                .start());
    }

    MetadataClient metadata() {
        return metadata;
    }

    WorkflowClient workflows() {
        return workflows;
    }

    TaskClient tasks() {
        return tasks;
    }

    /** Registers a definition and starts a run of it. */
    String run(WorkflowDef flow, String input) {
        metadata.registerWorkflowDef(flow);
        return workflows.startWorkflow(Flows.start(flow.getName(), input));
    }

    String start(StartWorkflowRequest request) {
        return workflows.startWorkflow(request);
    }

    Workflow read(String id) {
        return workflows.getWorkflow(id, true);
    }

    /** Waits for a status, and fails at once when the run ends in another. */
    Workflow await(String id, Workflow.WorkflowStatus status) {
        return Await.value("workflow " + id + " is " + status, LIMIT, () -> {
            Workflow found = read(id);
            if (found.getStatus() != status && found.getStatus().isTerminal()) {
                throw new AssertionError("Should be " + status + ": " + found + " because of "
                        + found.getReasonForIncompletion() + ", tasks " + found.getTasks());
            }
            return Optional.of(found).filter(workflow -> workflow.getStatus() == status);
        });
    }

    /** Waits until the latest attempt of a task has a status. */
    Task await(String id, String reference, Task.Status status) {
        return Await.value("task " + reference + " of " + id + " is " + status, LIMIT, () -> find(id, reference)
                .filter(task -> task.getStatus() == status));
    }

    Optional<Task> find(String id, String reference) {
        return Optional.ofNullable(read(id).getTaskByRefName(reference));
    }

    /** Completes a task that is open, as somebody from outside. */
    void complete(String id, String reference, String output) {
        tasks.updateTask(id, reference, TaskResult.Status.COMPLETED, Flows.map(output));
    }

    void fail(String id, String reference) {
        tasks.updateTask(id, reference, TaskResult.Status.FAILED, Map.of());
    }

    /** A worker that polls again as soon as it has got nothing. */
    static Worker worker(String type, Function<Task, TaskResult> work) {
        return new Worker() {
            @Override
            public String getTaskDefName() {
                return type;
            }

            @Override
            public TaskResult execute(Task task) {
                return work.apply(task);
            }

            @Override
            public int getPollingInterval() {
                return 1;
            }
        };
    }

    static TaskResult completed(Task task, Map<String, Object> output) {
        TaskResult result = new TaskResult(task);
        result.setStatus(TaskResult.Status.COMPLETED);
        result.setOutputData(output);
        return result;
    }

    /** Starts workers in the client's own runner, which work until {@link #stopWorkers}. */
    void work(int threads, Worker... workers) {
        work(Map.of(), threads, workers);
    }

    void work(Map<String, String> domains, int threads, Worker... workers) {
        TaskRunnerConfigurer runner = new TaskRunnerConfigurer.Builder(tasks, List.of(workers))
                .withThreadCount(threads)
                .withTaskToDomain(domains)
                .withTaskPollTimeout(LONG_POLL_MILLIS)
                .withShutdownGracePeriodSeconds(1)
                .build();
        runners.add(runner);
        runner.init();
    }

    void stopWorkers() {
        runners.forEach(TaskRunnerConfigurer::shutdown);
        runners.clear();
    }

    /** The refusal that a call ends in. */
    static ConductorClientException refusal(int status, ThrowingCallable call) {
        ConductorClientException refusal = catchThrowableOfType(ConductorClientException.class, call);
        assertThat(refusal).as("refusal").isNotNull();
        assertThat(refusal.getStatus()).as(refusal.getMessage()).isEqualTo(status);
        assertThat(refusal.getMessage()).isNotBlank();
        return refusal;
    }

    @Override
    public void close() {
        stopWorkers();
        workflows.close();
        client.shutdown();
        server.close();
    }
}
