package dev.continuo.worker.connector.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.worker.connector.exchange.Statuses;
import java.time.Duration;
import java.util.Optional;

/** What came of one request. */
sealed interface HttpOutcome {

    /**
     * @param response {@code {statusCode, reasonPhrase, headers, body}}
     * @param complaint why this is no success; without meaning for a 2xx
     * @param retryAfter what an upstream asks for whose status may pass
     */
    record Answered(int status, ObjectNode response, String complaint, Optional<Duration> retryAfter)
            implements HttpOutcome {

        boolean isSuccess() {
            return status / 100 == 2;
        }

        /** Whether the same request may get a better answer later. */
        boolean mayPass() {
            return Statuses.mayPass(status);
        }

        /** The response as a task's output. */
        ObjectNode output() {
            return JsonNodeFactory.instance.objectNode().set("response", response);
        }
    }

    /** @param reason for people; free of secrets */
    record Unanswered(String reason) implements HttpOutcome {}
}
