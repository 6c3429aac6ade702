package dev.continuo.script;

import java.util.Optional;

/** Hands the console lines of one evaluation on until their bound, and says once that it stopped. */
final class BoundedConsole {

    private final ConsoleSink sink;
    private int linesLeft;
    private int charsLeft;
    private boolean ended;
    private Optional<RuntimeException> broken = Optional.empty();

    BoundedConsole(ConsoleSink sink, int maxLines, int maxChars) {
        this.sink = sink;
        this.linesLeft = maxLines;
        this.charsLeft = maxChars;
    }

    /** Throws nothing: an exception would reach the script as a host object. It waits for {@link #rethrow}. */
    void line(String level, String message) {
        if (ended) {
            return;
        }
        try {
            if (linesLeft == 0 || message.length() > charsLeft) {
                ended = true;
                sink.line(ConsoleSink.Level.WARN, "(the rest of the console output is left out)");
                return;
            }
            linesLeft--;
            charsLeft -= message.length();
            sink.line(ConsoleSink.Level.valueOf(level), message);
        } catch (RuntimeException e) {
            ended = true;
            broken = Optional.of(e);
        }
    }

    void end() {
        ended = true;
    }

    void rethrow() {
        broken.ifPresent(e -> {
            throw e;
        });
    }
}
