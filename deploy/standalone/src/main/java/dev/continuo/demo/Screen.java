package dev.continuo.demo;

import java.io.PrintWriter;
import java.util.Locale;

/** What the demo tells, line by line, each with the seconds since it began. */
public final class Screen {
    private static final String INDENT = " ".repeat(11);

    private final PrintWriter out;
    private final boolean colours;
    private final long began = System.nanoTime();

    /** @param colours whether the reader is a terminal that shows them */
    public Screen(PrintWriter out, boolean colours) {
        this.out = out;
        this.colours = colours;
    }

    private enum Colour {
        RED(31),
        GREEN(32),
        YELLOW(33),
        GREY(90);

        private final int code;

        Colour(int code) {
            this.code = code;
        }
    }

    public void step(String text) {
        print(time() + text);
    }

    void task(String name, String type, String status) {
        Colour colour =
                switch (status.split(" ")[0]) {
                    case "COMPLETED" -> Colour.GREEN;
                    case "QUEUED", "RUNNING", "WAITING", "PAUSED" -> Colour.YELLOW;
                    default -> Colour.RED;
                };
        print(time() + "%-18s %-14s %s".formatted(name, type, coloured(colour, status)));
    }

    void log(String task, String level, String message) {
        print(coloured(Colour.GREY, INDENT + "  %-16s %-5s %s".formatted(task, level, message)));
    }

    /** A line of an agent's task; it may have line breaks itself. */
    void line(String text) {
        text.lines().forEach(line -> print(coloured(Colour.GREY, INDENT + "  " + line)));
    }

    void callback(Callback callback) {
        Colour colour = callback.verified() ? Colour.GREEN : Colour.RED;
        print(time()
                + "callback %-3d %-9s %s"
                        .formatted(
                                callback.number(),
                                callback.status(),
                                coloured(colour, callback.verified() ? "signature verified" : "signature is wrong")));
    }

    public void good(String text) {
        print(time() + coloured(Colour.GREEN, text));
    }

    public void bad(String text) {
        print(time() + coloured(Colour.RED, text));
    }

    public void plain(String text) {
        print(text);
    }

    void detail(String text) {
        text.lines().forEach(line -> print(INDENT + line));
    }

    private String time() {
        return String.format(Locale.ROOT, "%7.2f s  ", (System.nanoTime() - began) / 1e9);
    }

    private String coloured(Colour colour, String text) {
        return colours ? "\u001b[" + colour.code + "m" + text + "\u001b[0m" : text;
    }

    private void print(String line) {
        out.println(line);
        out.flush();
    }
}
