package dev.continuo.api.workflowsvc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.api.QueryReader;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DateParameterTest {

    @ParameterizedTest
    @CsvSource({
        "2026-02-01,2026-02-01",
        "2026-02-29,2026-02-28",
        "2026-02-31,2026-02-28",
        "2024-02-29,2024-02-29",
        "2026-04-31,2026-04-30",
        "2026-12-31,2026-12-31"
    })
    void aDayThatTheMonthDoesNotHaveIsItsLast(String text, LocalDate day) {
        assertThat(DateParameter.day(text)).contains(day);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-13-01",
                "2026-00-01",
                "2026-02-32",
                "2026-02-00",
                "2026-2-1",
                "yesterday",
                "2026-02-01T00:00:00Z"
            })
    void whatIsNoDateIsAFlaw(String text) {
        QueryReader query = reader(Map.of("startDate", text));
        assertThat(DateParameter.from(query)).isEmpty();
        assertThat(query.flaws()).hasSize(1);
    }

    @Test
    void bothEndsAreInclusiveDaysInUtc() {
        QueryReader query = reader(Map.of("startDate", "2026-02-01", "enddate", "2026-02-29"));
        assertThat(DateParameter.from(query)).contains(Instant.parse("2026-02-01T00:00:00Z"));
        assertThat(DateParameter.before(query)).contains(Instant.parse("2026-03-01T00:00:00Z"));
    }

    private static QueryReader reader(Map<String, String> values) {
        return new QueryReader(
                name -> Optional.ofNullable(values.get(name)).stream().toList());
    }
}
