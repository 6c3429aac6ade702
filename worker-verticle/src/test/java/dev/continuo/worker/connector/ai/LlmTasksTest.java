package dev.continuo.worker.connector.ai;

import static dev.continuo.worker.connector.ConnectorFixture.completed;
import static dev.continuo.worker.connector.ConnectorFixture.failed;
import static dev.continuo.worker.connector.ConnectorFixture.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.decide.Command.RetryWish;
import dev.continuo.embedded.sample.SampleAnswer;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.ConnectorResult;
import java.time.InstantSource;
import java.util.List;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LlmTasksTest {
    private static final InstantSource CLOCK = InstantSource.fixed(ProviderFixture.NOW);
    private static final String COMMON = "{'llmProvider':'claude','model':'m'";

    private final ProviderFixture fixture = new ProviderFixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    private ConnectorResult run(BiFunction<Providers, InstantSource, Connector> connector, JsonNode input) {
        fixture.connectors.use(() -> connector.apply(fixture.providers(), CLOCK));
        return fixture.connectors.execute(input);
    }

    private ConnectorResult chat(String input) {
        return run(ChatCompleteConnector::new, json(input));
    }

    @Test
    void aTextIsCompletedWithItsVariablesPutIn() {
        fixture.answering(new SampleAnswer.Text("Grüß Gott"));
        ConnectorResult result = run(
                TextCompleteConnector::new,
                json(COMMON + ",'prompt':'Translate ${text} to ${language}, ${unknown}, ${list}','temperature':'0.1',"
                        + "'topP':0.2,'maxTokens':'40','stopWords':'spam','promptVariables':"
                        + "{'text':'Hello ${language}','language':'Bavarian','list':[1]}}"));
        JsonNode output = completed(result).output();
        assertThat(output.path("result").asText()).isEqualTo("Grüß Gott");
        assertThat(output.path("finishReason").asText()).isEqualTo("STOP");
        assertThat(output.path("tokenUsed").asInt())
                .isEqualTo(output.path("promptTokens").asInt()
                        + output.path("completionTokens").asInt());
        assertThat(fixture.asked().lastUserText())
                .isEqualTo("Translate Hello ${language} to Bavarian, ${unknown}, [1]");
        assertThat(fixture.asked().body().path("max_tokens").asInt()).isEqualTo(40);
        assertThat(fixture.asked().body().path("stop_sequences").toString()).isEqualTo("[\"spam\"]");
    }

    @Test
    void aConversationIsAskedWithItsInstructionsToolsAndToolResults() {
        fixture.answering(new SampleAnswer.Text("Take an umbrella."));
        chat(COMMON + """
                ,'instructions':'You know ${city}','promptVariables':{'city':'Ulm'},'messages':[
                 {'role':'system','message':'Be brief'},{'role':'human','message':'Weather?'},
                 {'role':'tool_call','toolCalls':[{'taskReferenceName':'c1','name':'weather','inputParameters':
                   {'method':'weather','in':'Ulm'}}]},
                 {'role':'tool','toolCalls':[{'taskReferenceName':'c1','name':'weather','output':{'sky':'rain'}}]},
                 {'role':'user','message':{'and':'now?'}}],
                 'tools':[{'name':'weather','type':'HTTP','description':'d','inputSchema':{'type':'object'}}]}""");
        JsonNode body = fixture.asked().body();
        assertThat(body.path("system").asText()).isEqualTo("You know Ulm\n\nBe brief");
        assertThat(body.path("messages")).isEqualTo(json("""
                {'m':[{'role':'user','content':[{'type':'text','text':'Weather?'}]},
                 {'role':'assistant','content':[{'type':'tool_use','id':'c1','name':'weather','input':{'in':'Ulm'}}]},
                 {'role':'user','content':[{'type':'tool_result','tool_use_id':'c1','content':'{\\'sky\\':\\'rain\\'}'},
                   {'type':'text','text':'{\\'and\\':\\'now?\\'}'}]}]}""").path("m"));
    }

    @Test
    void theToolsThatTheModelWantsAreTasksForADynamicFork() {
        fixture.answering(new SampleAnswer.Calls(
                "",
                List.of(
                        new SampleAnswer.Call("c1", "weather", "{\"in\":\"Ulm\"}"),
                        new SampleAnswer.Call("c2", "x", "{}"))));
        JsonNode output = completed(chat(COMMON
                        + ",'messages':[{'role':'user','message':'?'}],'jsonOutput':true,'tools':[{'name':'weather','type':'HTTP',"
                        + "'integrationNames':{'a':'b'}}]}"))
                .output();
        assertThat(output.path("finishReason").asText()).isEqualTo("TOOL_CALLS");
        assertThat((ArrayNode) output.path("toolCalls")).isEqualTo(json("""
                {'c':[{'taskReferenceName':'c1','name':'weather','type':'HTTP','integrationNames':{'a':'b'},
                  'inputParameters':{'method':'weather','in':'Ulm'}},
                 {'taskReferenceName':'c2','name':'x','type':'SIMPLE','inputParameters':{'method':'x'}}]}""").path("c"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\": 1.10}                    | {\"a\":1.10}",
                "`  [1, 2]\n`                     | [1,2]",
                "`~json\n{\"a\": 1}\n~`            | {\"a\":1}",
                "\"text\"                         | \"text\"",
            })
    void anAnswerThatMustBeJsonIsParsed(String answer, String expected) {
        fixture.answering(new SampleAnswer.Text(answer.replace("~", "```")));
        JsonNode output = completed(chat(COMMON + ",'jsonOutput':'true','messages':[{'role':'user','message':'?'}]}"))
                .output();
        assertThat(output.path("result").toString()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {"Sure! {\"a\": 1}", "{\"a\": 1} there you are", "{\"a\":", "''"})
    void anAnswerThatMustBeJsonAndIsNoneFailsWithTheText(String answer) {
        fixture.answering(new SampleAnswer.Text(answer));
        ConnectorResult.Failed failed =
                failed(chat(COMMON + ",'jsonOutput':true,'messages':[{'role':'user','message':'?'}]}"));
        assertThat(failed.reason()).startsWith("The model's answer is not JSON: ");
        assertThat(failed.output().path("result").asText()).isEqualTo(answer);
        assertThat(failed.retry()).isEqualTo(new RetryWish.ByPolicy());
    }

    @Test
    void instructionsAloneAreWhatIsAsked() {
        fixture.answering(new SampleAnswer.Text("Hi"));
        chat(COMMON + ",'instructions':'Say hi'}");
        assertThat(fixture.asked().lastUserText()).isEqualTo("Say hi");
        assertThat(fixture.asked().body().has("system")).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'model':'m'                                                                | llmProvider is empty, but must be one of anthropic, claude, openai, replicate",
                "'llmProvider':'bedrock','model':'m'                                        | llmProvider is \"bedrock\", but must be one of",
                "'llmProvider':'openai'                                                     | model is required",
                "'llmProvider':'openai','model':'m'                                         | messages or instructions are required",
                "'llmProvider':'openai','model':'m','messages':'x'                          | messages must be a list",
                "'llmProvider':'openai','model':'m','messages':[{'role':'boss'}]            | messages[0].role must be one of",
                "'llmProvider':'openai','model':'m','messages':[{'role':'user'}]            | messages[0].message is required",
                "'llmProvider':'openai','model':'m','messages':[{'role':'tool'}]            | messages[0].toolCalls is required",
                "'llmProvider':'openai','model':'m','messages':[{'role':'tool_call'}]       | messages[0].toolCalls is required",
                "'llmProvider':'openai','model':'m','messages':[{'role':'user','message':'x','media':['y']}] | media is not supported",
                "'llmProvider':'openai','model':'m','instructions':'x','tools':[{}]         | tools[0].name is required",
                "'llmProvider':'openai','model':'m','instructions':'x','maxTokens':'many'   | maxTokens must be a number",
                "'llmProvider':'openai','model':'m','instructions':'x','maxTokens':0.5      | maxTokens must be a whole number",
                "'llmProvider':'openai','model':'m','instructions':'x','maxTokens':0        | maxTokens must be positive",
            })
    void whatCannotBeAskedFailsForGood(String members, String reason) {
        fixture.answering(new SampleAnswer.Text("x"));
        ConnectorResult.Failed failed = failed(chat("{" + members + "}"));
        assertThat(failed.reason()).contains(reason);
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
        assertThat(fixture.server().questions()).isEmpty();
    }

    @Test
    void aStoredPromptIsRefusedWithWhatToDo() {
        fixture.answering(new SampleAnswer.Text("x"));
        assertThat(failed(run(TextCompleteConnector::new, json(COMMON + ",'promptName':'p'}")))
                        .reason())
                .contains("write the text into prompt");
    }

    @Test
    void aKeyOfTheTaskIsUsedAndHidden() {
        fixture.answering(new SampleAnswer.Text("x"));
        chat(COMMON + ",'instructions':'x','apiKey':'sk-of-the-task'}");
        assertThat(fixture.asked().header("x-api-key")).contains("sk-of-the-task");
        assertThat(fixture.connectors.log.hidden).contains("sk-of-the-task");
        assertThat(fixture.connectors.log.text()).doesNotContain("sk-of-the-task");
    }

    @Test
    void embeddingsAreAVectorOrAListOfVectors() {
        fixture.answering(new SampleAnswer.Text(""));
        ObjectNode input = json("{'llmProvider':'openai','model':'small','text':'a','dimensions':4}");
        JsonNode one = completed(run(EmbeddingsConnector::new, input)).output();
        assertThat(one.path("result")).hasSize(4).allMatch(JsonNode::isNumber);
        assertThat(one.path("tokenUsed").asInt()).isEqualTo(5);
        input.putArray("text").add("a").add("b");
        JsonNode two = completed(run(EmbeddingsConnector::new, input)).output();
        assertThat(two.path("result")).hasSize(2).allSatisfy(vector -> assertThat(vector)
                .hasSize(4));
        ConnectorResult.Failed failed = failed(run(EmbeddingsConnector::new, input.put("llmProvider", "claude")));
        assertThat(failed.reason()).isEqualTo("claude has no embeddings");
        assertThat(failed.retry()).isEqualTo(new RetryWish.Never());
    }
}
