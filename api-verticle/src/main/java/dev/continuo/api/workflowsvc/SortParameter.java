package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.continuo.api.QueryReader;
import dev.continuo.store.NamedColumn;
import dev.continuo.store.Order;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code sort}: JSON such as <code>{"_updatedAt":-1,"_name":1}</code>, 1 for ascending (workflowsvc: Workflows page). */
final class SortParameter {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /** For lists of definitions and of scripts. */
    static final SortParameter NAMED = new SortParameter(named());

    private final Map<String, ? extends Order.Column> fields;

    /** @param fields what the list may be sorted by, in the order in which a refusal names them */
    SortParameter(Map<String, ? extends Order.Column> fields) {
        this.fields = fields;
    }

    private static Map<String, NamedColumn> named() {
        Map<String, NamedColumn> fields = new LinkedHashMap<>();
        fields.put("_name", NamedColumn.NAME);
        fields.put("_userType", NamedColumn.USER_TYPE);
        fields.put("_createdAt", NamedColumn.CREATED_AT);
        fields.put("_updatedAt", NamedColumn.UPDATED_AT);
        return fields;
    }

    Order read(QueryReader query) {
        return query.text("sort").map(text -> order(query, text)).orElse(Order.NEWEST_FIRST);
    }

    private Order order(QueryReader query, String text) {
        Optional<Order> order = tree(text).flatMap(this::order);
        if (order.isEmpty()) {
            query.flaw(
                    "sort",
                    "sort must be a JSON object such as {\"_updatedAt\":-1}, each value 1 (ascending) or -1"
                            + " (descending); the fields are " + String.join(", ", fields.keySet()));
        }
        return order.orElse(Order.NEWEST_FIRST);
    }

    private Optional<Order> order(JsonNode tree) {
        List<Order.Term> terms = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : tree.properties()) {
            Optional<Order.Column> column = Optional.ofNullable(fields.get(entry.getKey()));
            boolean direction =
                    entry.getValue().isInt() && Math.abs(entry.getValue().intValue()) == 1;
            if (column.isEmpty() || !direction) {
                return Optional.empty();
            }
            terms.add(new Order.Term(column.get(), entry.getValue().intValue() < 0));
        }
        return Optional.of(new Order(terms));
    }

    private static Optional<JsonNode> tree(String text) {
        try {
            return Optional.of(MAPPER.readTree(text)).filter(JsonNode::isObject);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
