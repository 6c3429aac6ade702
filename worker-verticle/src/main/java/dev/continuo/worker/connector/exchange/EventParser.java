package dev.continuo.worker.connector.exchange;

import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/**
 * Reads a stream of server-sent events as its bytes come in (WHATWG HTML, 9.2). Lines end with CR, LF or both, and are
 * decoded once they are whole, so that a character may be split over chunks. An event that the stream's end cuts off is
 * none. Ids and reconnection times mean nothing here.
 */
public final class EventParser {

    /**
     * @param type {@code message}, unless the stream says otherwise
     * @param data its lines, joined by line feeds; never empty
     */
    public record Event(String type, String data) {}

    /** One event is longer than it may be. */
    static final class TooLong extends RuntimeException {
        TooLong(int limit) {
            super("an event of the response is longer than the limit of " + limit + " bytes", null, false, false);
        }
    }

    private static final String DEFAULT_TYPE = "message";
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private final int maxEventBytes;
    private final Consumer<Event> events;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String type = "";
    private int eventBytes;
    private boolean afterCarriageReturn;
    private boolean begun;

    /** @param maxEventBytes of one event, its names of fields included */
    public EventParser(int maxEventBytes, Consumer<Event> events) {
        this.maxEventBytes = maxEventBytes;
        this.events = events;
    }

    /** Hands over the events that this chunk completes. What the consumer throws comes out of here. */
    public void feed(Buffer chunk) {
        int from = 0;
        for (int i = 0; i < chunk.length(); i++) {
            byte b = chunk.getByte(i);
            boolean secondOfPair = b == '\n' && afterCarriageReturn && i == from && line.size() == 0;
            afterCarriageReturn = false;
            if (secondOfPair) {
                from = i + 1;
            } else if (b == '\n' || b == '\r') {
                gather(chunk, from, i);
                endLine();
                from = i + 1;
                afterCarriageReturn = b == '\r';
            }
        }
        gather(chunk, from, chunk.length());
    }

    private void gather(Buffer chunk, int from, int to) {
        if (from < to) {
            eventBytes += to - from;
            if (eventBytes > maxEventBytes) {
                throw new TooLong(maxEventBytes);
            }
            line.writeBytes(chunk.getBytes(from, to));
        }
    }

    private void endLine() {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        if (!begun && !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK) {
            text = text.substring(1);
        }
        begun = true;
        if (text.isEmpty()) {
            endEvent();
        } else {
            field(text);
        }
    }

    private void field(String text) {
        int colon = text.indexOf(':');
        String name = colon < 0 ? text : text.substring(0, colon);
        int begin = colon >= 0 && colon + 1 < text.length() && text.charAt(colon + 1) == ' ' ? colon + 2 : colon + 1;
        String value = colon < 0 ? "" : text.substring(begin);
        switch (name) {
            case "event" -> type = value;
            case "data" -> data.append(value).append('\n');
            default -> {
                // A comment, or something that says nothing about the event; its bytes were counted.
            }
        }
    }

    private void endEvent() {
        String lines = data.isEmpty() ? "" : data.substring(0, data.length() - 1);
        Event event = new Event(type.isEmpty() ? DEFAULT_TYPE : type, lines);
        data.setLength(0);
        type = "";
        eventBytes = 0;
        if (!lines.isEmpty()) {
            events.accept(event);
        }
    }
}
