package dev.continuo.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryReaderTest {

    @ParameterizedTest
    @CsvSource({"1,1", "10,10", "1000,1000", "' 7 ',7"})
    void aNumberInItsBoundsIsTaken(String text, int number) {
        QueryReader query = reader(Map.of("_pageSize", text));
        assertThat(query.number(10, 1, 1000, "_pageSize")).isEqualTo(number);
        assertThat(query.flaws()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "1001", "99999999999", "1.5", "ten", "1e2", "--1"})
    void aNumberOutOfItsBoundsIsAFlawThatSaysThem(String text) {
        QueryReader query = reader(Map.of("_pageSize", text));
        assertThat(query.number(10, 1, 1000, "_pageSize")).isEqualTo(10);
        assertThat(query.flaws())
                .containsExactly(
                        new Problem.Flaw.InQuery("_pageSize", "_pageSize must be a whole number from 1 to 1000"));
    }

    @Test
    void theFirstNameThatIsThereCounts() {
        QueryReader query = reader(Map.of("_pagesize", "3", "_count", "4"));
        assertThat(query.number(10, 1, 1000, "_pageSize", "_pagesize", "_count"))
                .isEqualTo(3);
    }

    @Test
    void whatIsMissingIsTheFallback() {
        QueryReader query = reader(Map.of("_pageSize", ""));
        assertThat(query.number(10, 1, 1000, "_pageSize")).isEqualTo(10);
        assertThat(query.text("_name")).isEmpty();
        assertThat(query.flag("plainText")).isFalse();
        assertThat(query.flaws()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "\t"})
    void aBlankRequiredParameterIsAFlaw(String text) {
        QueryReader query = reader(Map.of("nsfilter", text));
        query.required("nsfilter");
        assertThat(query.flaws())
                .extracting(Problem.Flaw::message)
                .containsExactly("nsfilter is required and must not be blank");
    }

    @Test
    void controlCharactersAreRefusedOnce() {
        QueryReader query = reader(Map.of("nsfilter", "a\0b"));
        assertThat(query.required("nsfilter")).isEmpty();
        assertThat(query.flaws())
                .extracting(Problem.Flaw::message)
                .containsExactly("nsfilter must not contain control characters");
    }

    @Test
    void aParameterThatIsGivenTwiceIsAFlaw() {
        QueryReader query = new QueryReader(name -> List.of("a", "b"));
        query.required("nsfilter");
        query.text("nsfilter");
        assertThat(query.flaws()).containsExactly(new Problem.Flaw.InQuery("nsfilter", "nsfilter must be given once"));
    }

    @Test
    void everyFlawIsToldInOneAnswer() {
        QueryReader query = reader(Map.of("_offset", "x", "plainText", "maybe"));
        query.number(0, 0, 10, "_offset");
        query.flag("plainText");
        Answer answer = query.then(() -> Answer.created(null).now()).result();
        assertThat(answer).isInstanceOfSatisfying(Problem.class, problem -> {
            assertThat(problem.status()).isEqualTo(400);
            assertThat(problem.errors()).hasSize(2);
        });
    }

    private static QueryReader reader(Map<String, String> values) {
        return new QueryReader(
                name -> Optional.ofNullable(values.get(name)).stream().toList());
    }
}
