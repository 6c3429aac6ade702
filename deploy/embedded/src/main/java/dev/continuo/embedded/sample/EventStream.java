package dev.continuo.embedded.sample;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/** An answer's stream of server-sent events on its way out. */
final class EventStream {
    private static final int PIECE_CHARS = 8;
    private static final Duration DRIP = Duration.ofMillis(20);

    private final OutputStream out;
    private final Duration pace;
    private final CountDownLatch closing;

    /** @param pace between two pieces of text */
    EventStream(HttpExchange exchange, Duration pace, CountDownLatch closing) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream; charset=utf-8");
        exchange.sendResponseHeaders(200, 0);
        this.out = exchange.getResponseBody();
        this.pace = pace;
        this.closing = closing;
    }

    void event(String type, JsonNode data) throws IOException {
        write("event: " + type + "\ndata: " + data + "\n\n");
    }

    void data(String data) throws IOException {
        write("data: " + data + "\n\n");
    }

    void write(String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    void end() throws IOException {
        out.close();
    }

    /** Says a text. */
    void pieces(String text, Saying saying) throws IOException {
        for (String piece : split(text)) {
            saying.say(piece);
            await(pace);
        }
    }

    /**
     * Does what a fault does to a stream; whatever comes back may go on to the end.
     *
     * @param event an event with this text
     */
    void broken(SampleAnswer.Fault fault, Function<String, String> event, String overloaded) throws IOException {
        switch (fault) {
            case CUT -> throw new IOException("cut");
            case UNFINISHED -> end();
            case MALFORMED -> data("{\"type\": \"content_block_delta\", \"cho");
            case OVERLOADED -> write(overloaded);
            case HANG -> await(Duration.ofDays(1));
            case DRIP -> {
                while (closing.getCount() > 0) {
                    write(event.apply("."));
                    await(DRIP);
                }
            }
            case GIANT -> {
                while (closing.getCount() > 0) {
                    write(event.apply("x".repeat(16 << 10)));
                }
            }
            case LENGTH, REFUSAL -> {
                // Told by the reason at the end.
            }
        }
    }

    @FunctionalInterface
    interface Saying {
        void say(String piece) throws IOException;
    }

    private void await(Duration time) throws IOException {
        try {
            if (!time.isZero() && closing.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("closing", e);
        }
    }

    private static List<String> split(String text) {
        List<String> pieces = new ArrayList<>();
        int from = 0;
        while (from < text.length()) {
            int to = text.offsetByCodePoints(from, Math.min(PIECE_CHARS, text.codePointCount(from, text.length())));
            pieces.add(text.substring(from, to));
            from = to;
        }
        return pieces;
    }
}
