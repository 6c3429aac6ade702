package dev.continuo.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The documents of the checkout. */
final class Pages {
    static final Path CHECKOUT = Path.of("..", "..").toAbsolutePath().normalize();

    private static final String FENCE = "```";

    private Pages() {}

    static String read(String page) throws IOException {
        return Files.readString(CHECKOUT.resolve(page));
    }

    /** Those at the top and in `docs`. */
    static List<Path> all() throws IOException {
        List<Path> pages = new ArrayList<>();
        for (Path folder : List.of(CHECKOUT, CHECKOUT.resolve("docs"))) {
            try (Stream<Path> files = Files.list(folder)) {
                files.filter(file -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
            }
        }
        return pages;
    }

    /** The tests of all modules, by the names of their classes. */
    static Map<String, String> testSources() throws IOException {
        Map<String, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(CHECKOUT, 12)) {
            List<Path> tests = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> file.toString().contains("/src/test/java/"))
                    .toList();
            for (Path test : tests) {
                sources.put(test.getFileName().toString().replace(".java", ""), Files.readString(test));
            }
        }
        return sources;
    }

    /** From a heading of the second level to the next one. */
    static String section(String page, String heading) {
        int from = page.indexOf("\n## " + heading + "\n");
        if (from < 0) {
            throw new AssertionError("There is no section " + heading);
        }
        int to = page.indexOf("\n## ", from + 1);
        return page.substring(from, to < 0 ? page.length() : to);
    }

    /** The contents of the fenced blocks of a language, in their order. */
    static List<String> blocks(String text, String language) {
        List<String> blocks = new ArrayList<>();
        StringBuilder block = new StringBuilder();
        boolean inside = false;
        boolean wanted = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith(FENCE)) {
                if (inside && wanted) {
                    blocks.add(block.toString());
                }
                inside = !inside;
                wanted = inside && line.equals(FENCE + language);
                block.setLength(0);
            } else {
                block.append(line).append('\n');
            }
        }
        return blocks;
    }

    static String withoutBlocks(String text) {
        StringBuilder prose = new StringBuilder();
        boolean inside = false;
        for (String line : text.lines().toList()) {
            if (line.startsWith(FENCE)) {
                inside = !inside;
            } else if (!inside) {
                prose.append(line).append('\n');
            }
        }
        return prose.toString();
    }
}
