package dev.continuo.worker.connector.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonAnswerTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\": 1}",
                "  {\"a\": 1}\n",
                "```json\n{\"a\": 1}\n```",
                "```\n{\"a\": 1}```",
                "```JSON  \r\n{\"a\": 1}\r\n  ```\n",
            })
    void jsonIsReadWithAndWithoutAFence(String text) {
        assertThat(JsonAnswer.read(text)).isInstanceOfSatisfying(JsonAnswer.Json.class, json -> assertThat(
                        json.value().toString())
                .isEqualTo("{\"a\":1}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "``````",
                "```",
                "```json```",
                "```json {\"a\": 1}```",
                "Here it is: {\"a\": 1}",
                "```json\n{\"a\": 1}\n``` there",
                "```json\n{\"a\": 1}\n```\n```json\n{\"b\": 1}\n```",
            })
    void whatIsNoJsonAloneIsNone(String text) {
        assertThat(JsonAnswer.read(text)).isInstanceOf(JsonAnswer.NoJson.class);
    }

    @Test
    void aFenceAroundNothingButBlanksIsReadInNoTime() {
        String blanks = "```json\n" + " \n".repeat(1_000_000) + "x";
        JsonAnswer answer = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> JsonAnswer.read(blanks));
        assertThat(answer).isInstanceOf(JsonAnswer.NoJson.class);
    }
}
