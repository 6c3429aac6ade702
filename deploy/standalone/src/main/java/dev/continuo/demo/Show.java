package dev.continuo.demo;

import dev.continuo.engine.Setting;
import java.util.List;
import java.util.Map;

/** Something that is shown on a server, with services of its own around it, and checked. */
public sealed interface Show extends AutoCloseable permits Demo, AgentDemo {
    /** What the server must be started with, besides what every server needs. */
    Map<Setting, String> settings();

    /**
     * Plays it and tells how it goes.
     *
     * @param address of the server, {@code http://127.0.0.1:8080}
     * @throws DemoFailure when the server does not do what it is asked
     */
    Played play(String address) throws DemoFailure, InterruptedException;

    @Override
    void close();

    /**
     * What came of it.
     *
     * @param differences from what must come out, one line each
     * @param toTry prepares what somebody at a terminal may try next
     */
    record Played(List<String> differences, ToTry toTry) {
        public Played {
            differences = List.copyOf(differences);
        }
    }

    /** Lines for a shell, each of which works as it stands. */
    @FunctionalInterface
    interface ToTry {
        List<String> lines() throws DemoFailure, InterruptedException;
    }
}
