package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.RetryPolicy;
import dev.continuo.definition.RetryPolicy.Backoff;
import dev.continuo.definition.TimePolicy;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductorPoliciesTest {

    private static WorkflowTaskDoc task(String text) {
        return new WorkflowTaskDoc((ObjectNode) json(text));
    }

    /** Rows: a task, the retries, the delay of the first one in seconds, the response timeout in seconds (0: none). */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            {'name': 'a'}                                                                            | 3 | 60 | 3600
            {'name': 'a', 'type': 'my_worker'}                                                       | 3 | 60 | 3600
            {'name': 'a', 'retryCount': 1}                                                           | 1 | 60 | 3600
            {'name': 'a', 'retryCount': 0, 'taskDefinition': {'retryCount': 5}}                      | 0 | 60 | 3600
            {'name': 'a', 'taskDefinition': {'retryCount': 5, 'retryDelaySeconds': 0}}               | 5 | 0  | 3600
            {'name': 'a', 'taskDefinition': {'responseTimeoutSeconds': 10}}                          | 3 | 60 | 10
            {'name': 'a', 'taskDefinition': {'retryCount': '2'}}                                     | 2 | 60 | 3600
            {'name': 'a', 'type': 'HTTP'}                                                            | 0 | 60 | 0
            {'name': 'a', 'type': 'HTTP', 'retryCount': 2}                                           | 2 | 60 | 0
            {'name': 'a', 'type': 'HTTP', 'taskDefinition': {'retryDelaySeconds': 1}}                | 3 | 1  | 3600
            {'name': 'a', 'type': 'HTTP', 'asyncComplete': true, 'taskDefinition': {}}               | 3 | 60 | 0
            {'name': 'a', 'type': 'WAIT', 'taskDefinition': {}}                                      | 3 | 60 | 0
            {'name': 'a', 'type': 'SUB_WORKFLOW', 'taskDefinition': {'retryCount': 2}}               | 2 | 60 | 0
            {'name': 'a', 'type': 'SWITCH', 'retryCount': 2, 'taskDefinition': {'retryCount': 2}}    | 0 | 0  | 0
            {'name': 'a', 'type': 'DO_WHILE', 'taskDefinition': {}}                                  | 0 | 0  | 0
            {'name': 'a', 'type': 'JOIN', 'taskDefinition': {}}                                      | 0 | 0  | 0
            """)
    void retriesAndResponsesFollowTheDefinitionAndTheType(String text, int limit, int delay, int response) {
        RetryPolicy retry = ConductorPolicies.retry(task(text));
        assertThat(retry.limit()).isEqualTo(limit);
        assertThat(retry.delay()).isEqualTo(Duration.ofSeconds(delay));
        assertThat(ConductorPolicies.time(task(text)).response())
                .isEqualTo(response == 0 ? Optional.empty() : Optional.of(Duration.ofSeconds(response)));
    }

    @Test
    void everyMemberOfADefinitionHasItsPlaceInThePolicies() {
        WorkflowTaskDoc task = task("""
                {'name': 'a', 'startDelay': 4, 'taskDefinition': {'retryCount': 9, 'retryLogic': 'LINEAR_BACKOFF',
                 'retryDelaySeconds': 2, 'backoffScaleFactor': 3, 'maxRetryDelaySeconds': 20, 'backoffJitterMs': 250,
                 'timeoutSeconds': 100, 'timeoutPolicy': 'RETRY', 'responseTimeoutSeconds': 50, 'pollTimeoutSeconds': 30,
                 'totalTimeoutSeconds': 500}}
                """);
        assertThat(ConductorPolicies.retry(task))
                .isEqualTo(new RetryPolicy(
                        9,
                        Backoff.LINEAR,
                        Duration.ofSeconds(2),
                        3,
                        Optional.of(Duration.ofSeconds(20)),
                        Duration.ofMillis(250)));
        assertThat(ConductorPolicies.time(task))
                .isEqualTo(new TimePolicy(
                        Duration.ofSeconds(4),
                        Optional.of(Duration.ofSeconds(100)),
                        TimePolicy.OnTimeout.RETRY,
                        Optional.of(Duration.ofSeconds(50)),
                        Optional.of(Duration.ofSeconds(30)),
                        Optional.of(Duration.ofSeconds(500))));
    }
}
