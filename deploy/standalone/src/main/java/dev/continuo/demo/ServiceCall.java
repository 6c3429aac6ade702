package dev.continuo.demo;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A request as the sample service saw it.
 *
 * @param body missing for a request without one
 */
record ServiceCall(String method, String path, JsonNode body, int status) {
    String operation() {
        return method + " " + path;
    }
}
