package dev.continuo.search;

/** Leaves the parser at the first thing that is wrong; never leaves the package. */
final class Faulty extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param position from 0 */
    Faulty(String message, int position) {
        super(message + " (at character " + (position + 1) + " of the query)", null, false, false);
    }
}
