package dev.continuo.definition;

import static dev.continuo.definition.TestTypes.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class DocumentOrderTest {

    @Test
    void placesAreSortedAsTheyStandInTheDocument() {
        JsonNode document =
                json("{'z': 1, 'list': [{'b': 1, 'a': 2}, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14], 'a/b': {'c': 1}}");
        List<String> places = List.of(
                "/a~1b/c",
                "/list/10",
                "/list/2",
                "/list/0/a",
                "/list/0/missing",
                "/list/0/b",
                "/list/0",
                "/missing",
                "/z",
                "");

        assertThat(DocumentOrder.sorted(places, document, Function.identity()))
                .containsExactly(
                        "",
                        "/missing",
                        "/z",
                        "/list/0",
                        "/list/0/missing",
                        "/list/0/b",
                        "/list/0/a",
                        "/list/2",
                        "/list/10",
                        "/a~1b/c");
    }

    @Test
    void equalPlacesKeepTheirOrder() {
        assertThat(DocumentOrder.sorted(List.of("/y", "/x"), json("{}"), Function.identity()))
                .containsExactly("/y", "/x");
    }
}
