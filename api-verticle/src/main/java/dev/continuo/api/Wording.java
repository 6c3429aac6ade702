package dev.continuo.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** The form that a dialect gives to its refusals. */
public interface Wording {
    Wording PROBLEM_JSON = new Wording() {
        @Override
        public String contentType() {
            return Problem.CONTENT_TYPE;
        }

        @Override
        public ObjectNode body(Problem problem, String path) {
            return problem.body(path);
        }
    };

    String contentType();

    /** Whether a plus in a path stands for a space, as in a form: clients of the dialect write it so. */
    default boolean plusIsSpace() {
        return false;
    }

    /** @param path that was asked for */
    ObjectNode body(Problem problem, String path);
}
