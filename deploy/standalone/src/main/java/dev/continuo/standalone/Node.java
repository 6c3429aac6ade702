package dev.continuo.standalone;

/** What this process serves, up and running. */
public interface Node extends AutoCloseable {
    /** The port that is served on, also when any free one was asked for. */
    int port();

    /** Stops taking work, finishes or hands back what is under way, and lets go of all servers within 2 seconds. */
    @Override
    void close();
}
