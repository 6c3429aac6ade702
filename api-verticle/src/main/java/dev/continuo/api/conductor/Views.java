package dev.continuo.api.conductor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Answer;
import dev.continuo.api.Problem;
import dev.continuo.store.Definitions.Audit;
import dev.continuo.store.Listed;
import java.util.function.Function;

/** What answers of this dialect have in common. */
final class Views {
    private Views() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    static <T> ArrayNode array(Iterable<T> items, Function<T, ObjectNode> view) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        items.forEach(item -> array.add(view.apply(item)));
        return array;
    }

    static ArrayNode array(Iterable<ObjectNode> items) {
        return array(items, item -> item);
    }

    static ArrayNode texts(Iterable<String> texts) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    /** Times in milliseconds since 1970. */
    static ObjectNode audited(ObjectNode view, Audit audit) {
        view.put("createTime", audit.createdAt().toEpochMilli());
        view.put("updateTime", audit.updatedAt().toEpochMilli());
        view.put("createdBy", audit.createdBy());
        view.put("updatedBy", audit.updatedBy());
        return view;
    }

    static <T> Answer whole(Listed<T> listed, Function<T, ObjectNode> view) {
        return switch (listed) {
            case Listed.Page<T> page -> Answer.ok(array(page.rows(), view));
            case Listed.TooLarge<T>(long bytes) ->
                Problem.badRequest(
                        "All definitions together carry %d bytes, more than the %d that one answer may: ask for"
                                        .formatted(bytes, Listed.MAX_PAGE_BYTES)
                                + " single ones");
        };
    }
}
