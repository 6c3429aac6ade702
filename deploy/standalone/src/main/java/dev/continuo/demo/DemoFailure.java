package dev.continuo.demo;

/** The demo cannot go on. The message is for the person who started it. */
public final class DemoFailure extends Exception {
    DemoFailure(String message) {
        super(message);
    }
}
