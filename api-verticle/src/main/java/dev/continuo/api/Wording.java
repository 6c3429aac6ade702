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

    /** @param path that was asked for */
    ObjectNode body(Problem problem, String path);
}
