package dev.continuo.script;

/**
 * Takes what a script writes to its console, line by line while it runs, on the script's thread. What reaches it is
 * bounded by {@link SandboxLimits}.
 */
@FunctionalInterface
public interface ConsoleSink {

    enum Level {
        DEBUG,
        INFO,
        WARN,
        ERROR
    }

    ConsoleSink NONE = (level, message) -> {};

    void line(Level level, String message);
}
