package dev.continuo.worker.connector.http;

import dev.continuo.worker.connector.ConductorType;

/** HTTP as definitions see it: one HTTP request. */
public final class HttpType extends ConductorType {
    public static final String NAME = "HTTP";

    public HttpType() {
        super(NAME);
    }
}
