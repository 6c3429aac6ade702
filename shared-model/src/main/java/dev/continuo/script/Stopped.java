package dev.continuo.script;

/** An evaluation was interrupted from outside; its {@link Watchdog.Watch} knows why. Never leaves the package. */
final class Stopped extends Exception {
    Stopped() {
        super(null, null, false, false);
    }
}
