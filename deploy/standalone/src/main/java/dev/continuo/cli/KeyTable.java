package dev.continuo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** A list of API keys, for people. */
final class KeyTable {
    private static final List<String> HEAD =
            List.of("ID", "KEY", "ROLE", "OWNER", "CREATED", "EXPIRES", "LAST USED", "REVOKED", "NAME");

    private KeyTable() {}

    /** @param page as the admin API gives it */
    static String of(JsonNode page) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        page.path("keys").forEach(key -> rows.add(row(key)));
        List<Integer> widths = new ArrayList<>(Collections.nCopies(HEAD.size(), 0));
        for (List<String> row : rows) {
            for (int i = 0; i < row.size(); i++) {
                widths.set(i, Math.max(widths.get(i), row.get(i).length()));
            }
        }
        List<String> lines = new ArrayList<>();
        rows.forEach(row -> lines.add(line(row, widths)));
        long left = page.path("total").asLong() - (rows.size() - 1);
        if (left > 0) {
            lines.add(left + " more: see --offset and --limit");
        }
        return String.join(System.lineSeparator(), lines);
    }

    private static List<String> row(JsonNode key) {
        return List.of(
                key.path("id").asText(),
                key.path("prefix").asText() + "…",
                key.path("role").asText(),
                key.path("owner").asText(),
                time(key, "createdAt"),
                time(key, "expiresAt"),
                time(key, "lastUsedAt"),
                time(key, "revokedAt"),
                key.path("name").asText());
    }

    /** To the second: the rest tells nobody anything. */
    private static String time(JsonNode key, String member) {
        return key.path(member).isTextual() ? key.path(member).textValue().replaceFirst("\\.[0-9]+Z$", "Z") : "-";
    }

    private static String line(List<String> row, List<Integer> widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < row.size(); i++) {
            line.append(row.get(i)).repeat(' ', widths.get(i) - row.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
