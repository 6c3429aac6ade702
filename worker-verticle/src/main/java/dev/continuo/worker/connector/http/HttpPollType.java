package dev.continuo.worker.connector.http;

import dev.continuo.worker.connector.ConductorType;

/** HTTP_POLL as definitions see it: HTTP requests until a condition holds. */
public final class HttpPollType extends ConductorType {
    public static final String NAME = "HTTP_POLL";

    public HttpPollType() {
        super(NAME);
    }
}
