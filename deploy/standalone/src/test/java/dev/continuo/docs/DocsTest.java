package dev.continuo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class DocsTest {
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("(?m)^#{1,6} +(.+)$");

    private static final Pattern NAMED_TEST = Pattern.compile("`([A-Z]\\w+(?:IT|Test))(?:\\.(\\w+))?`");

    @Test
    void thereAreDocuments() throws IOException {
        assertThat(Pages.all()).hasSizeGreaterThan(5);
    }

    @TestFactory
    Stream<DynamicTest> everyLinkOfAPageLeadsSomewhere() throws IOException {
        return Pages.all().stream()
                .map(page -> DynamicTest.dynamicTest(
                        Pages.CHECKOUT.relativize(page).toString(),
                        () -> assertThat(broken(page)).isEmpty()));
    }

    @Test
    void everyTestThatAGuaranteeNamesIsThere() throws IOException {
        Map<String, String> sources = Pages.testSources();
        List<MatchResult> named = NAMED_TEST
                .matcher(Pages.read("docs/guarantees-and-limits.md"))
                .results()
                .toList();

        assertThat(named).hasSizeGreaterThan(10).allSatisfy(test -> assertThat(sources.getOrDefault(test.group(1), ""))
                .as(test.group())
                .contains(test.group(2) == null ? "class " + test.group(1) : "void " + test.group(2) + "("));
    }

    /** What the page shows of it is what the tests run. */
    @Test
    void theWorkerThatIsShownIsTheOneThatIsTested() throws IOException {
        String section = Pages.section(Pages.read("docs/conductor.md"), "External workers over Kafka");
        String worker = Pages.testSources().get("KafkaWorker");

        assertThat(Pages.blocks(section, "java")).isNotEmpty().allSatisfy(block -> assertThat(worker)
                .contains(block));
    }

    private static List<String> broken(Path page) throws IOException {
        return links(Files.readString(page))
                .filter(link -> !link.contains("://"))
                .filter(link -> !leadsSomewhere(page, link))
                .toList();
    }

    private static Stream<String> links(String text) {
        return LINK.matcher(Pages.withoutBlocks(text)).results().map(link -> link.group(1));
    }

    private static boolean leadsSomewhere(Path page, String link) {
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length == 1 || anchors(target).anyMatch(parts[1]::equals));
    }

    /** As forges make them of headings. */
    private static Stream<String> anchors(Path page) {
        try {
            return HEADING.matcher(Pages.withoutBlocks(Files.readString(page)))
                    .results()
                    .map(MatchResult::group)
                    .map(heading -> heading.replaceFirst("^#+ +", "")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("[^\\p{L}\\p{N} _-]", "")
                            .replace(' ', '-'));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
