package dev.continuo.api;

import dev.continuo.api.Problem.Flaw;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads query parameters and collects what is wrong with them, so that one answer names every flaw. A flawed parameter
 * reads as its default until {@link #then} refuses the request.
 */
public final class QueryReader {
    private static final int MAX_TEXT = 1000;

    private final Function<String, List<String>> values;
    private final List<Flaw> flaws = new ArrayList<>();

    /** @param values all values that a parameter was given, in order */
    public QueryReader(Function<String, List<String>> values) {
        this.values = values;
    }

    /** The first of the names that is there; none when it is blank. */
    public Optional<String> text(String... names) {
        for (String name : names) {
            Optional<String> value = value(name);
            if (value.isPresent()) {
                return checked(name, value.get());
            }
        }
        return Optional.empty();
    }

    /** The value as it is, however long, for what checks it itself; none when it is blank. */
    public Optional<String> raw(String name) {
        return value(name);
    }

    /** A parameter that must be there and not be blank. */
    public String required(String name) {
        Optional<String> value = text(name);
        if (value.isEmpty() && flaws.stream().noneMatch(flaw -> flaw.message().startsWith(name + " "))) {
            flaw(name, name + " is required and must not be blank");
        }
        return value.orElse("");
    }

    /** A whole number; the first of the names that is there is taken. */
    public int number(int fallback, int least, int most, String... names) {
        for (String name : names) {
            Optional<String> value = value(name);
            if (value.isPresent()) {
                return number(name, value.get().strip(), fallback, least, most);
            }
        }
        return fallback;
    }

    /** A whole number, when the parameter is there. */
    public Optional<Integer> number(String name, int least, int most) {
        return value(name).map(value -> number(name, value.strip(), least, least, most));
    }

    /** All values of a parameter that may be given several times, in order, without blank ones. */
    public List<String> texts(String name) {
        return values.apply(name).stream()
                .filter(text -> !text.isBlank())
                .flatMap(text -> checked(name, text).stream())
                .toList();
    }

    public boolean flag(String name) {
        return flag(name, false);
    }

    public boolean flag(String name, boolean fallback) {
        String value = text(name).orElse(Boolean.toString(fallback)).toLowerCase(Locale.ROOT);
        if (!value.equals("true") && !value.equals("false")) {
            flaw(name, name + " must be true or false");
        }
        return value.equals("true");
    }

    public void flaw(String parameter, String message) {
        flaws.add(new Flaw.InQuery(parameter, message));
    }

    /** Goes on when nothing is wrong, and refuses the request otherwise. */
    public Future<Answer> then(Supplier<Future<Answer>> action) {
        return flaws.isEmpty()
                ? action.get()
                : Problem.flawed("The query", flaws).now();
    }

    /** What is wrong so far. */
    public List<Flaw> flaws() {
        return List.copyOf(flaws);
    }

    /** The value that is not blank; a second one is a flaw, since either might have been meant. */
    private Optional<String> value(String name) {
        List<String> given = values.apply(name);
        String twice = name + " must be given once";
        if (given.size() > 1 && flaws.stream().noneMatch(flaw -> flaw.message().equals(twice))) {
            flaw(name, twice);
        }
        return given.stream().findFirst().filter(text -> !text.isBlank());
    }

    private Optional<String> checked(String name, String value) {
        if (value.length() > MAX_TEXT) {
            flaw(name, name + " must not be longer than " + MAX_TEXT + " characters");
            return Optional.empty();
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            flaw(name, name + " must not contain control characters");
            return Optional.empty();
        }
        return Optional.of(value);
    }

    private int number(String name, String value, int fallback, int least, int most) {
        boolean digits = value.length() <= 10 && value.matches("-?[0-9]+");
        if (!digits || Long.parseLong(value) < least || Long.parseLong(value) > most) {
            flaw(name, name + " must be a whole number from " + least + " to " + most);
            return fallback;
        }
        return Integer.parseInt(value);
    }
}
