package dev.continuo.expression;

import java.util.List;

/** How a template comes by the value of one reference. A {@link Scope} sees only the plain part of it. */
sealed interface Lookup {

    /** What is reported of it. */
    Reference reference();

    record Plain(Reference reference) implements Lookup {}

    /** The query applies to what the reference finds. */
    record Queried(Reference reference, Query query) implements Lookup {}

    /** Other references give parts of its text, so it is read when it is rendered. */
    record Late(Reference reference, List<Part> parts) implements Lookup {}

    /** Nothing that could be looked up: it finds nothing. */
    record Unreadable(Reference reference) implements Lookup {}

    sealed interface Part {}

    record Fixed(String text) implements Part {}

    /**
     * @param quoted it stands between quotes, so its value cannot end them
     */
    record Given(Lookup lookup, boolean quoted) implements Part {}
}
