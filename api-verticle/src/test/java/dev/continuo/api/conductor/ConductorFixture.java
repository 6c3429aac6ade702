package dev.continuo.api.conductor;

import dev.continuo.api.HttpFixture;
import dev.continuo.testing.Backends;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;

/** This dialect over real HTTP. */
final class ConductorFixture extends HttpFixture {

    ConductorFixture(Backends backends) throws IOException {
        super(backends, ConductorApi.BASE, ConductorApi::new);
    }

    Response putText(String path, String body) {
        return send(ports.get(0), "PUT", path, Optional.of(body), Map.of("Content-Type", "text/plain"));
    }

    /** A definition of one worker's task. */
    static String workflow(String name, int version) {
        return """
                {"name": "%s", "version": %d, "ownerEmail": "owner@example.com", "timeoutSeconds": 0, "schemaVersion": 2,
                 "tasks": [{"name": "pack", "taskReferenceName": "pack_ref", "type": "SIMPLE"}]}""".formatted(name, version);
    }

    static String task(String name) {
        return """
                {"name": "%s", "retryCount": 1, "timeoutSeconds": 0, "totalTimeoutSeconds": 0,
                 "responseTimeoutSeconds": 10, "ownerEmail": "owner@example.com"}""".formatted(name);
    }
}
