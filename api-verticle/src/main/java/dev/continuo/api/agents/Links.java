package dev.continuo.api.agents;

import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where a list goes on (RFC 8288): in a header, since the body is a bare array. */
final class Links {
    static final int DEFAULT_LIMIT = 100;
    static final int MAX_LIMIT = 1000;

    private Links() {}

    /**
     * The answer with the address of the next page.
     *
     * @param path of the list
     * @param cursor the parameter that tells where the next page begins, in place of one that the request has
     */
    static Answer next(Answer answer, Call call, String path, String cursor, String value) {
        List<String> parameters = new ArrayList<>();
        call.parameters().forEach((name, values) -> {
            if (!name.equals(cursor)) {
                values.forEach(each -> parameters.add(encoded(name) + "=" + encoded(each)));
            }
        });
        parameters.add(encoded(cursor) + "=" + encoded(value));
        String address = call.origin() + path + "?" + String.join("&", parameters);
        return answer.with("Link", "<" + address + ">; rel=\"next\"");
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
