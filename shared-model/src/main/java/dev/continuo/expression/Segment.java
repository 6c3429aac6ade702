package dev.continuo.expression;

/** One step of a reference's path. */
public sealed interface Segment {

    /** A member of an object: {@code .name} or {@code ['any name']}. */
    record Name(String name) implements Segment {
        @Override
        public String toString() {
            return plain() ? "." + name : "['" + name.replace("\\", "\\\\").replace("'", "\\'") + "']";
        }

        private boolean plain() {
            return !name.isEmpty() && name.chars().allMatch(c -> Character.isLetterOrDigit(c) || c == '_' || c == '-');
        }
    }

    /** An element of an array; a negative index counts from the end. */
    record Index(int index) implements Segment {
        @Override
        public String toString() {
            return "[" + index + "]";
        }
    }

    /**
     * A step that another reference gives: {@code [${a.output.i}]} or {@code .${a.output.key}}. A {@link Scope} never
     * sees one: the template replaces it by a {@link Name} or an {@link Index} first.
     */
    record Computed(Reference reference) implements Segment {
        @Override
        public String toString() {
            return "[" + reference.text() + "]";
        }
    }
}
