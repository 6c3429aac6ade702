package dev.continuo.worker.connector.ai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TeamsFileTest {
    @TempDir
    private Path directory;

    private Teams read(String singleQuoted) throws IOException {
        Path file = directory.resolve("teams.json");
        Files.writeString(file, singleQuoted.replace('\'', '"'));
        return TeamsFile.read(file);
    }

    @Test
    void aTeamIsAModelAndWhatItIsToldFirst() throws IOException {
        Teams teams = read("""
                {'teams':{'support':{'provider':'claude','model':'m','system':'Be kind','temperature':0.5,
                  'maxTokens':100,'maxTurns':3},
                 'closed':{'provider':'openai','model':'n','namespaces':['acme']}}}""");
        Teams.Team support = teams.find("any", "support").orElseThrow();
        assertThat(support.system()).contains("Be kind");
        assertThat(support.sampling().maxTokens()).hasValue(100);
        assertThat(support.maxTurns()).isEqualTo(3);
        assertThat(support.toString()).doesNotContain("Be kind");
        assertThat(teams.find("any", "closed")).isEmpty();
        assertThat(teams.find("acme", "closed")).isPresent();
        assertThat(teams.ids("any")).containsExactly("support");
        assertThat(teams.ids("acme")).containsExactly("closed", "support");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{                                                                      | is no JSON, near line",
                "[]                                                                     | the whole must be an object",
                "{}                                                                     | /teams must be an object",
                "{'teams':{},'team':1}                                                  | /team is not known",
                "{'teams':{'a':1}}                                                      | /teams/a must be an object",
                "{'teams':{'a':{}}}                                                     | /teams/a/provider must be a text",
                "{'teams':{'a':{'provider':'x','model':'m'}}}                           | /teams/a/provider must be one of anthropic, claude, openai, replicate",
                "{'teams':{'a':{'provider':'claude'}}}                                  | /teams/a/model must be a text",
                "{'teams':{'a':{'provider':'claude','model':'m','system':7}}}           | /teams/a/system must be a text",
                "{'teams':{'a':{'provider':'claude','model':'m','temperature':'hot'}}}  | /teams/a/temperature must be a number from 0 to 2",
                "{'teams':{'a':{'provider':'claude','model':'m','maxTurns':0}}}         | /teams/a/maxTurns must be a whole number from 1 to 500",
                "{'teams':{'a':{'provider':'claude','model':'m','maxTokens':1.5}}}      | /teams/a/maxTokens must be a whole number",
                "{'teams':{'a':{'provider':'claude','model':'m','namespaces':[]}}}      | /teams/a/namespaces must be a list of names that is not empty",
                "{'teams':{'a':{'provider':'claude','model':'m','namespaces':'x'}}}     | /teams/a/namespaces must be a list",
                "{'teams':{'a':{'provider':'claude','model':'m','apiKey':'sk-secret'}}} | /teams/a/apiKey is not known",
                "{'teams':{'a':{'provider':'claude','model':'m','model':'n'}}}          | is no JSON",
                "{'teams':{'':{'provider':'claude','model':'m'}}}                       | /teams has an id that is empty",
            })
    void aFaultIsToldWithItsPlaceAndWithoutTheValue(String file, String message) {
        assertThatThrownBy(() -> read(file))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("teams.json")
                .hasMessageContaining(message)
                .hasMessageNotContaining("sk-secret");
    }
}
