package dev.continuo.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import java.util.Optional;

/** Takes the events of one stream, in order. Any thread; what is sent after the end goes nowhere. */
public interface EventSink {
    /**
     * Never blocks. Events wait while the client is slow; one that lets too much wait is cut off.
     *
     * @param id what the client sends as {@code Last-Event-ID} when it comes again; one line
     * @param event the event's type, {@code message} when it is empty; one line
     * @param data not to be changed any more
     */
    void send(Optional<String> id, Optional<String> event, JsonNode data);

    /** Ends the stream once everything is sent. */
    void end();

    /** Completes when nobody reads any more: the client went or was cut off, the stream was ended, the server stops. */
    Future<Void> closed();
}
