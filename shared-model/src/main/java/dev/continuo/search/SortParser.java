package dev.continuo.search;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** {@code field}, {@code field:ASC} or {@code field:DESC}; several with commas between (conductor: search, sort). */
public final class SortParser {
    private static final int MAX_TERMS = 8;

    private SortParser() {}

    /** @param texts as given, the first deciding first */
    public static Parsed<List<Sort>> parse(List<String> texts, Subject subject) {
        List<Sort> terms = new ArrayList<>();
        for (String text : texts) {
            for (String term : text.split(",")) {
                switch (term(term.strip(), subject)) {
                    case Parsed.Good<Sort>(Sort sort) -> terms.add(sort);
                    case Parsed.Bad<Sort>(String message) -> {
                        return new Parsed.Bad<>(message);
                    }
                }
            }
        }
        return terms.size() > MAX_TERMS
                ? new Parsed.Bad<>("The order has more than " + MAX_TERMS + " terms")
                : new Parsed.Good<>(List.copyOf(terms));
    }

    private static Parsed<Sort> term(String term, Subject subject) {
        int colon = term.lastIndexOf(':');
        String name = (colon < 0 ? term : term.substring(0, colon)).strip();
        String direction = colon < 0 ? "ASC" : term.substring(colon + 1).strip().toUpperCase(Locale.ROOT);
        Optional<SearchField> field = subject.field(name);
        if (field.isEmpty()) {
            return new Parsed.Bad<>("There is no field '" + name + "' to sort by; the fields are: "
                    + String.join(", ", subject.names()));
        }
        if (subject == Subject.WORKFLOWS && field.get().owner() == SearchField.Owner.TASK) {
            return new Parsed.Bad<>("Workflows cannot be sorted by '" + name + "': they have several tasks");
        }
        return switch (direction) {
            case "ASC" -> new Parsed.Good<>(new Sort(field.get(), false));
            case "DESC" -> new Parsed.Good<>(new Sort(field.get(), true));
            default -> new Parsed.Bad<>("'" + term + "' must end with :ASC or :DESC, or with neither");
        };
    }
}
