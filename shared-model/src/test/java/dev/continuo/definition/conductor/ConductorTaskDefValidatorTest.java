package dev.continuo.definition.conductor;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConductorTaskDefValidatorTest {
    private static final String EVERYTHING = """
            {'name': 'charge / card', 'description': 'd', 'retryCount': 0, 'retryLogic': 'LINEAR_BACKOFF',
             'retryDelaySeconds': 0, 'backoffScaleFactor': 2, 'maxRetryDelaySeconds': 9, 'backoffJitterMs': 100,
             'timeoutSeconds': 60, 'timeoutPolicy': 'ALERT_ONLY', 'responseTimeoutSeconds': 60, 'pollTimeoutSeconds': 5,
             'totalTimeoutSeconds': 60, 'concurrentExecLimit': 3, 'rateLimitPerFrequency': 4,
             'rateLimitFrequencyInSeconds': 5, 'inputKeys': ['a'], 'outputKeys': [], 'inputTemplate': {'a': 1},
             'isolationGroupId': 'g', 'executionNameSpace': 'n', 'ownerEmail': 'a@b.c', 'ownerApp': 'x', 'createTime': 1,
             'updateTime': 2, 'createdBy': 'a', 'updatedBy': 'b', 'baseType': 'SIMPLE', 'taskStatusListenerEnabled': false,
             'inputSchema': {'name': 's', 'version': 1, 'type': 'JSON'}, 'outputSchema': null, 'enforceSchema': true,
             'runtimeMetadata': ['x'], 'overwriteTags': true, 'tags': [{'key': 'k', 'value': 'v'}]}
            """;

    private final ConductorTaskDefValidator validator = new ConductorTaskDefValidator(ConductorLimits.DEFAULT, false);

    @Test
    void aDefinitionWithEverythingIsValid() {
        assertThat(validator.validate(json(EVERYTHING))).isEmpty();
    }

    @Test
    void aNameIsEnough() {
        assertThat(validator.validate(json("{'name': 'a'}"))).isEmpty();
        assertThat(validator.validate(json("{'name': 'a', 'timeoutSeconds': 10}")))
                .isEmpty();
    }

    /** Rows: a document, the path of the fault, a part of its message. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '§', textBlock = """
            'a'                                                               | §§                          | must be an object
            {}                                                                | name                        | cannot be null or empty
            {'name': ''}                                                      | name                        | cannot be null or empty
            {'name': []}                                                      | name                        | must be a string
            {'name': 'a', 'retryCount': -1}                                   | retryCount                  | >= 0
            {'name': 'a', 'retryCount': {}}                                   | retryCount                  | whole number
            {'name': 'a', 'retryLogic': 'LINEAR'}                             | retryLogic                  | FIXED, LINEAR_BACKOFF
            {'name': 'a', 'retryDelaySeconds': -1}                            | retryDelaySeconds           | >= 0
            {'name': 'a', 'backoffScaleFactor': 0}                            | backoffScaleFactor          | >= 1
            {'name': 'a', 'maxRetryDelaySeconds': -1}                         | maxRetryDelaySeconds        | >= 0
            {'name': 'a', 'backoffJitterMs': -1}                              | backoffJitterMs             | >= 0
            {'name': 'a', 'timeoutSeconds': -1}                               | timeoutSeconds              | >= 0
            {'name': 'a', 'timeoutPolicy': 'IGNORE'}                          | timeoutPolicy               | RETRY, TIME_OUT_WF
            {'name': 'a', 'responseTimeoutSeconds': 0}                        | responseTimeoutSeconds      | >= 1
            {'name': 'a', 'responseTimeoutSeconds': 6, 'timeoutSeconds': 5}   | responseTimeoutSeconds      | less than or equal to timeoutSeconds: 5
            {'name': 'a', 'timeoutSeconds': 6, 'totalTimeoutSeconds': '5'}    | timeoutSeconds              | less than or equal to totalTimeoutSeconds: 5
            {'name': 'a', 'totalTimeoutSeconds': -1}                          | totalTimeoutSeconds         | >= 0
            {'name': 'a', 'pollTimeoutSeconds': -1}                           | pollTimeoutSeconds          | >= 0
            {'name': 'a', 'concurrentExecLimit': -1}                          | concurrentExecLimit         | >= 0
            {'name': 'a', 'rateLimitPerFrequency': -1}                        | rateLimitPerFrequency       | >= 0
            {'name': 'a', 'rateLimitFrequencyInSeconds': true}                | rateLimitFrequencyInSeconds | whole number
            {'name': 'a', 'inputKeys': 'a'}                                   | inputKeys                   | must be an array
            {'name': 'a', 'outputKeys': [{}]}                                 | outputKeys[0]               | must be a string
            {'name': 'a', 'inputTemplate': []}                                | inputTemplate               | must be an object
            {'name': 'a', 'enforceSchema': 'maybe'}                           | enforceSchema               | must be a boolean
            {'name': 'a', 'inputSchema': {'version': 'x'}}                    | inputSchema.version         | whole number
            """)
    void aFaultIsFound(String document, String path, String message) {
        assertThat(validator.validate(json(document))).singleElement().satisfies(fault -> {
            assertThat(fault.path()).isEqualTo(path);
            assertThat(fault.message()).contains(message);
        });
    }

    @Test
    void theOwnersAddressIsAskedForWhereItIsMandatory() {
        ConductorTaskDefValidator mandatory = new ConductorTaskDefValidator(ConductorLimits.DEFAULT, true);
        assertThat(mandatory.validate(json(EVERYTHING))).isEmpty();
        assertThat(mandatory.validate(json("{'name': 'a'}")))
                .extracting(Violation::path)
                .isEqualTo(List.of("ownerEmail"));
    }
}
