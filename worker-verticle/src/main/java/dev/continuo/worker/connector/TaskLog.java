package dev.continuo.worker.connector;

/**
 * The log of one attempt. Known secrets in a line are masked; lines and bytes are bounded, and what is beyond the bound
 * is dropped behind a last line that says so.
 */
public interface TaskLog {

    void info(String message);

    void warn(String message);

    void error(String message);

    /** From now on this value is a secret of the attempt. */
    void hide(String secret);

    /** The text with every known secret masked: for what leaves the worker another way, such as a failure's reason. */
    String redact(String text);
}
