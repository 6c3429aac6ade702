package dev.continuo.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.jayway.jsonpath.JsonPathException;
import com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Shows one JSON tree to the evaluator of JSONPath for one evaluation. It counts every look, because a short query over
 * a small value can cost without bound ({@code ..*..*..*}), and it lets nothing of the tree be changed: a run shares it.
 */
final class QueryProvider extends JacksonJsonNodeJsonProvider {

    /** The evaluator writes the path of everything it visits; so many characters of that are one step. */
    private static final int PATH_CHARS = 256;

    private static final int STORED_CHARS = 16;

    private final QuerySteps steps;
    private final long queryDepth;
    private long stepsOfPath;

    /**
     * @param queryDepth how many keys the query can follow, scans aside
     */
    QueryProvider(QuerySteps steps, long queryDepth) {
        this.steps = steps;
        this.queryDepth = queryDepth;
    }

    /** For a scan, whose paths grow with the depth of the value and not only with the query. */
    void expectPathsOf(JsonNode value) {
        stepsOfPath = longestPath(value) / PATH_CHARS;
    }

    private long longestPath(JsonNode value) {
        steps.spend(1);
        long longest = 0;
        for (var member : value.properties()) {
            longest = Math.max(longest, member.getKey().length() + 4L + longestPath(member.getValue()));
        }
        for (int i = 0; value.isArray() && i < value.size(); i++) {
            longest = Math.max(longest, 8L + longestPath(value.get(i)));
        }
        return longest;
    }

    private void look() {
        steps.spend(1 + stepsOfPath);
    }

    @Override
    public boolean isArray(Object value) {
        look();
        return super.isArray(value);
    }

    @Override
    public boolean isMap(Object value) {
        look();
        return super.isMap(value);
    }

    @Override
    public Object getArrayIndex(Object array, int index) {
        look();
        return array instanceof List<?> found ? found.get(index) : super.getArrayIndex(array, index);
    }

    @Override
    public Object getMapValue(Object map, String key) {
        look();
        return super.getMapValue(map, key);
    }

    @Override
    public Collection<String> getPropertyKeys(Object map) {
        var keys = super.getPropertyKeys(map);
        steps.spend(keys.size());
        for (var key : keys) {
            stepsOfPath = Math.max(stepsOfPath, key.length() * queryDepth / PATH_CHARS);
        }
        return keys;
    }

    @Override
    public int length(Object value) {
        return value instanceof List<?> found ? found.size() : super.length(value);
    }

    @Override
    public Iterable<?> toIterable(Object array) {
        if (array instanceof List<?> found) {
            steps.spend(found.size());
            return found.stream().map(this::unwrap).toList();
        }
        steps.spend(((JsonNode) array).size());
        return super.toIterable(array);
    }

    @Override
    public Object unwrap(Object value) {
        if (value instanceof JsonNode node && node.isTextual()) {
            steps.spend(QueryMapping.comparison(node.textValue().length()));
        }
        return super.unwrap(value);
    }

    /** What is found goes into lists, so it differs from the arrays of the tree. */
    @Override
    public Object createArray() {
        look();
        return new ArrayList<Object>();
    }

    @Override
    @SuppressWarnings("unchecked")
    public void setArrayIndex(Object array, int index, Object value) {
        if (!(array instanceof List)) {
            throw new JsonPathException("a query changes nothing");
        }
        look();
        if (value instanceof String text) {
            steps.spend(text.length() / STORED_CHARS);
        }
        // The evaluator only ever appends.
        ((List<Object>) array).add(index, value);
    }
}
