package dev.continuo.api.workflowsvc;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.api.HttpFixture;
import dev.continuo.testing.Backends;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** This dialect over real HTTP. */
final class ApiFixture extends HttpFixture {
    static final String NS = "first_ns1";

    ApiFixture(Backends backends) throws IOException {
        super(backends, WorkflowsvcApi.BASE, WorkflowsvcApi::new);
    }

    /** The path with the namespace of these tests and further query parameters, each encoded. */
    static String ns(String path, String... query) {
        StringBuilder full = new StringBuilder(path).append("?nsfilter=").append(NS);
        for (int i = 0; i < query.length; i += 2) {
            full.append('&')
                    .append(query[i])
                    .append('=')
                    .append(URLEncoder.encode(query[i + 1], StandardCharsets.UTF_8));
        }
        return full.toString();
    }

    /** Creates a definition and returns its id. */
    String define(String name, String taskDefs) {
        return post(ns("workflowdefs"), "{\"_name\":\"" + name + "\",\"_taskDefs\":" + taskDefs + "}")
                .expect(201)
                .json()
                .path("_id")
                .textValue();
    }

    JsonNode start(String definitionId) {
        return post(ns("workflows"), "{\"_workflowDefId\":\"" + definitionId + "\"}")
                .expect(201)
                .json();
    }
}
