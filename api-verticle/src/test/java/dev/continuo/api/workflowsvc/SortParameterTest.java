package dev.continuo.api.workflowsvc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.api.QueryReader;
import dev.continuo.store.Order;
import dev.continuo.store.RunReads.SortField;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SortParameterTest {
    private static final SortParameter SORT =
            new SortParameter(Map.of("_updatedAt", SortField.UPDATED_AT, "_name", SortField.NAME));

    @Test
    void theFieldsSortInTheOrderInWhichTheyAreWritten() {
        QueryReader query = reader("{\"_updatedAt\":-1,\"_name\":1}");
        assertThat(SORT.read(query).terms())
                .isEqualTo(List.of(new Order.Term(SortField.UPDATED_AT, true), new Order.Term(SortField.NAME, false)));
        assertThat(query.flaws()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"_nope\":1}",
                "{\"_name\":0}",
                "{\"_name\":2}",
                "{\"_name\":\"1\"}",
                "{\"_name\":1.0}",
                "_name",
                "[\"_name\"]",
                "{\"_name\":1",
                "{\"name; DROP TABLE run\":1}"
            })
    void anythingElseIsAFlawThatNamesTheFields(String sort) {
        QueryReader query = reader(sort);
        SORT.read(query);
        assertThat(query.flaws()).singleElement().satisfies(flaw -> assertThat(flaw.message())
                .contains("_updatedAt")
                .contains("_name"));
    }

    @Test
    void withoutItTheNewestComeFirst() {
        assertThat(SORT.read(new QueryReader(name -> List.of()))).isEqualTo(Order.NEWEST_FIRST);
    }

    private static QueryReader reader(String sort) {
        return new QueryReader(name -> name.equals("sort") ? List.of(sort) : List.of());
    }
}
