package dev.continuo.worker.connector.rest;

import static dev.continuo.worker.connector.rest.RestFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.definition.DefinitionLimits;
import dev.continuo.definition.Fault;
import dev.continuo.definition.TaskTypes;
import dev.continuo.definition.workflowsvc.WorkflowsvcValidator;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a definition with a REST_CONNECTOR is told before it runs. */
class RestDefinitionsTest {
    private final WorkflowsvcValidator validator = new WorkflowsvcValidator(
            TaskTypes.of(List.of(new RestConnectorType())), DefinitionLimits.DEFAULT, script -> Optional.empty());

    private List<Fault> faults(String changes) {
        ObjectNode input = json("{'_url':'http://h/','_auth':{'_type':'NoAuth'}}");
        input.setAll(json(changes));
        ObjectNode definition = json("{'_name':'w'}");
        ObjectNode task = definition.putArray("_taskDefs").addObject();
        task.put("_name", "t").put("_type", "REST_CONNECTOR").put("_sequenceno", 1);
        task.set("_inputParams", input);
        return validator.validate(definition);
    }

    /** Rows: what differs from a valid input, where the fault is, and what its message contains. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {'_url':'ftp://h/'}                                              | /_url                     | must begin with http:// or https://
            {'_url':'h/x'}                                                   | /_url                     | must begin with http:// or https://
            {'_url':'https://me:pw@h/'}                                      | /_url                     | must not carry a user name or password
            {'_url':''}                                                      | /_url                     | must not be empty
            {'_auth':{'_type':'Kerberos'}}                                   | /_auth/_type              | must be one of NoAuth, Basic, Bearer, OAuth2ClientCredentials, OAuth2Password
            {'_auth':{'_type':7}}                                            | /_auth/_type              | must be a string
            {'_auth':{'_type':'Basic'}}                                      | /_auth/_params            | _params is required
            {'_auth':{'_type':'Basic','_params':{'_username':'u'}}}          | /_auth/_params/_password  | _password is required
            {'_auth':{'_type':'Basic','_username':'u'}}                      | /_auth/_password          | _password is required
            {'_auth':{'_type':'Bearer','_params':{}}}                        | /_auth/_params/_token     | _token is required
            {'_auth':{'_type':'bearer token','_params':{'_token':null}}}     | /_auth/_params/_token     | must be string or number or boolean
            {'_auth':{'_type':'OAuth2 - client credentials','_params':{'_tokenUrl':'x','_clientId':'c'}}} | /_auth/_params/_clientSecret | is required
            {'_auth':{'_type':'OAuth2Password','_params':{'_tokenUrl':'x','_password':'c'}}} | /_auth/_params/_username | is required
            {'_args':{'_headers':{'a b':'1'}}}                               | /_args/_headers/a b       | is no name of a header
            {'_args':{'headers':{'X-A':'1','Content-Length':'1'}}}           | /_args/headers/Content-Length | is no name of a header
            {'_args':{'_method':'FETCH'}}                                    | /_args/_method            | must be one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, TRACE
            {'_to':'printer'}                                                | /_to                      | must be one of output, file
            """)
    void whatCanBeSeenInLiteralsIsAFaultOfTheDefinition(String changes, String pointer, String message) {
        assertThat(faults(changes)).singleElement().satisfies(fault -> {
            assertThat(fault.pointer()).isEqualTo("/_taskDefs/0/_inputParams" + pointer);
            assertThat(fault.message()).contains(message);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'_url':'${workflow._inputParams.url}'}",
                "{'_url':'${workflow._inputParams.scheme}://u@${workflow._inputParams.host}/'}",
                "{'_url':' HTTPS://h/a@b?c=d@e'}",
                "{'_auth':'${workflow._inputParams.auth}'}",
                "{'_auth':{'_type':'${workflow._inputParams.scheme}'}}",
                "{'_auth':{'_type':'Basic','_params':'${workflow._inputParams.params}'}}",
                "{'_auth':{'_type':'Basic','_params':{'_username':'u','_password':'${workflow._inputParams.pw}'}}}",
                "{'_auth':{'_type':'basic auth','_username':'u','_password':5}}",
                "{'_auth':{'_type':'none'}}",
                "{'_auth':{'_type':'OAuth2 Password Grant','_tokenUrl':'x','_username':'u','_password':'p'}}",
                "{'_args':{'_headers':{'X-A.b_c':'1','Te-Deum':'2'},'_method':'post'},'_to':'output'}",
                "{'_args':{'_method':'${workflow._inputParams.m}'},'_to':'${workflow._inputParams.to}'}",
            })
    void whatOnlyARunKnowsAndWhatIsToleratedPasses(String changes) {
        assertThat(faults(changes)).isEmpty();
    }
}
