package dev.continuo.api;

import com.fasterxml.jackson.core.JsonPointer;

/** Places in a document as JavaScript would write them. */
public final class PointerPath {
    private PointerPath() {}

    /** {@code /tasks/0/name} is {@code tasks[0].name}. */
    public static String of(String pointer) {
        StringBuilder path = new StringBuilder();
        for (JsonPointer at = JsonPointer.compile(pointer); !at.matches(); at = at.tail()) {
            if (at.getMatchingIndex() >= 0) {
                path.append('[').append(at.getMatchingIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(at.getMatchingProperty());
            }
        }
        return path.toString();
    }
}
