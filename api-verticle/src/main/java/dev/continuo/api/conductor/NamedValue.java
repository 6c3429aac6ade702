package dev.continuo.api.conductor;

import dev.continuo.api.Answer;
import dev.continuo.api.Problem;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Texts;
import java.util.Optional;

/** What environment variables and secrets have in common. */
final class NamedValue {
    private static final int MAX_NAME = 255;
    private static final int MAX_VALUE = 64 * 1024;

    private NamedValue() {}

    /** Never tells the value. */
    static Optional<Problem> flaw(String name, String value) {
        if (!Texts.fitting(name, MAX_NAME)) {
            return Optional.of(Problem.flawed(new Flaw.InQuery("key", "The key" + Texts.rule(MAX_NAME))));
        }
        if (value.length() > MAX_VALUE) {
            return Optional.of(Problem.badRequest("The value is longer than " + MAX_VALUE + " characters"));
        }
        return value.indexOf('\0') >= 0
                ? Optional.of(Problem.badRequest("The value must not contain NUL characters"))
                : Optional.empty();
    }

    static Answer written(boolean done) {
        return done ? Answer.done() : Problem.of(409, "There are as many as there may be: delete one first");
    }
}
