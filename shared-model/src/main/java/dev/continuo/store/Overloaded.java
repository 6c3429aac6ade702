package dev.continuo.store;

/** More is waiting than the engine takes on: the caller is to slow down and try again. */
public final class Overloaded extends RuntimeException {
    public Overloaded(String message) {
        super(message, null, false, false);
    }
}
