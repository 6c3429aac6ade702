package dev.continuo.expression;

/**
 * A place inside a JSON document, printed as an RFC 6901 pointer. It is kept as a chain because a template holds one
 * per reference: texts would repeat the common prefix thousands of times.
 */
public sealed interface Pointer {

    Pointer ROOT = new Root();

    record Root() implements Pointer {
        @Override
        public String toString() {
            return "";
        }
    }

    record Child(Pointer parent, String token) implements Pointer {
        @Override
        public String toString() {
            var text = new StringBuilder();
            append(text);
            return text.toString();
        }

        private void append(StringBuilder text) {
            if (parent instanceof Child above) {
                above.append(text);
            }
            text.append('/').append(token.replace("~", "~0").replace("/", "~1"));
        }
    }

    default Pointer child(String token) {
        return new Child(this, token);
    }

    default Pointer child(int index) {
        return new Child(this, Integer.toString(index));
    }
}
