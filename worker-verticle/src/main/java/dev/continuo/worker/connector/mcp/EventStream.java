package dev.continuo.worker.connector.mcp;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Reads server-sent events as they arrive (html: Server-sent events). Whoever feeds it bounds the bytes. */
final class EventStream {
    private final Consumer<String> messages;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final StringBuilder data = new StringBuilder();
    private String event = "";
    private boolean afterReturn;

    /** @param messages hears the data of each event of the type {@code message} that has some */
    EventStream(Consumer<String> messages) {
        this.messages = messages;
    }

    void feed(byte[] bytes) {
        for (byte next : bytes) {
            boolean restOfReturn = next == '\n' && afterReturn;
            afterReturn = next == '\r';
            if (next != '\n' && next != '\r') {
                line.write(next);
            } else if (!restOfReturn) {
                String text = line.toString(StandardCharsets.UTF_8);
                line.reset();
                take(text);
            }
        }
    }

    private void take(String text) {
        if (text.isEmpty()) {
            dispatch();
            return;
        }
        int colon = text.indexOf(':');
        String field = colon < 0 ? text : text.substring(0, colon);
        String value = colon < 0 ? "" : text.substring(text.startsWith(": ", colon) ? colon + 2 : colon + 1);
        if (field.equals("data")) {
            data.append(value).append('\n');
        } else if (field.equals("event")) {
            event = value;
        }
    }

    private void dispatch() {
        String message = data.toString();
        boolean wanted = (event.isEmpty() || event.equals("message")) && !message.isBlank();
        data.setLength(0);
        event = "";
        if (wanted) {
            messages.accept(message);
        }
    }
}
