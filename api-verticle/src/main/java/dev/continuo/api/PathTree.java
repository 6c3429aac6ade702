package dev.continuo.api;

import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Finds what serves a path, in a time that depends on the path's length alone. A literal segment goes before a parameter,
 * whatever the order in which the two were added; the parameter is tried when nothing below the literal takes the method.
 *
 * @param <T> what serves
 */
final class PathTree<T> {
    private final Map<String, PathTree<T>> literals = new HashMap<>();
    private final Map<HttpMethod, Leaf<T>> leaves = new HashMap<>();
    private Optional<PathTree<T>> parameter = Optional.empty();

    /** @param names of the parameters, in the order of the path */
    private record Leaf<T>(T value, String path, List<String> names) {}

    sealed interface Found<T> {
        /** @param parameters as they stand in the path */
        record Served<T>(T value, String path, Map<String, String> parameters) implements Found<T> {}

        /**
         * The path takes other methods.
         *
         * @param path as OpenAPI writes it, the best match
         */
        record OtherMethods<T>(String path, Set<String> allowed) implements Found<T> {}

        record Nothing<T>() implements Found<T> {}
    }

    /** @param path as OpenAPI writes it */
    void add(HttpMethod method, String path, T value) {
        PathTree<T> node = this;
        List<String> names = new ArrayList<>();
        for (String segment : segments(path)) {
            if (segment.startsWith("{") && segment.endsWith("}")) {
                names.add(segment.substring(1, segment.length() - 1));
                if (node.parameter.isEmpty()) {
                    node.parameter = Optional.of(new PathTree<>());
                }
                node = node.parameter.get();
            } else {
                node = node.literals.computeIfAbsent(segment, text -> new PathTree<>());
            }
        }
        if (node.leaves.putIfAbsent(method, new Leaf<>(value, path, List.copyOf(names))) != null) {
            throw new IllegalArgumentException(method + " " + path + " is served twice");
        }
    }

    /** @param path as it was asked for; a slash at its end says nothing */
    Found<T> find(HttpMethod method, String path) {
        String[] segments = segments(path);
        String[] taken = new String[segments.length];
        Search search = new Search(method, segments, taken);
        int count = search.descend(this, 0, 0);
        if (count >= 0) {
            Leaf<T> leaf = search.served.orElseThrow();
            Map<String, String> parameters = new HashMap<>();
            for (int i = 0; i < count; i++) {
                parameters.put(leaf.names.get(i), taken[i]);
            }
            return new Found.Served<>(leaf.value, leaf.path, parameters);
        }
        return search.refused
                .<Found<T>>map(leafPath -> new Found.OtherMethods<>(leafPath, search.allowed))
                .orElseGet(Found.Nothing::new);
    }

    private static String[] segments(String path) {
        int end = path.length() > 1 && path.endsWith("/") ? path.length() - 1 : path.length();
        return path.substring(1, end).split("/", -1);
    }

    private final class Search {
        private final HttpMethod method;
        private final String[] segments;
        private final String[] taken;
        private final Set<String> allowed = new TreeSet<>();
        private Optional<Leaf<T>> served = Optional.empty();
        private Optional<String> refused = Optional.empty();

        Search(HttpMethod method, String[] segments, String[] taken) {
            this.method = method;
            this.segments = segments;
            this.taken = taken;
        }

        /** The number of parameters of what serves, negative when nothing does. */
        int descend(PathTree<T> node, int depth, int parameters) {
            if (depth == segments.length) {
                return arrive(node) ? parameters : -1;
            }
            PathTree<T> literal = node.literals.get(segments[depth]);
            int found = literal == null ? -1 : descend(literal, depth + 1, parameters);
            if (found < 0 && node.parameter.isPresent() && !segments[depth].isEmpty()) {
                taken[parameters] = segments[depth];
                return descend(node.parameter.get(), depth + 1, parameters + 1);
            }
            return found;
        }

        /** What can be got can be asked for its head alone (RFC 9110, 9.3.2). */
        private boolean arrive(PathTree<T> node) {
            Leaf<T> leaf = node.leaves.get(method);
            if (leaf == null && method.equals(HttpMethod.HEAD)) {
                leaf = node.leaves.get(HttpMethod.GET);
            }
            served = Optional.ofNullable(leaf);
            if (leaf != null || node.leaves.isEmpty()) {
                return leaf != null;
            }
            node.leaves.keySet().forEach(other -> allowed.add(other.name()));
            if (node.leaves.containsKey(HttpMethod.GET)) {
                allowed.add(HttpMethod.HEAD.name());
            }
            if (refused.isEmpty()) {
                refused = node.leaves.values().stream().map(Leaf::path).min(String::compareTo);
            }
            return false;
        }
    }
}
