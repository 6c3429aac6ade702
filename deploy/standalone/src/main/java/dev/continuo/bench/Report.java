package dev.continuo.bench;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;

/** What came of a benchmark: every round, and all of them together. */
public record Report(Scenario scenario, BenchOptions options, List<Round> rounds) {
    public Report {
        rounds = List.copyOf(rounds);
    }

    /** False when there was any error, or anything bad. */
    public boolean sound() {
        return combined(Measure.ERRORS) == 0 && combined(Measure.BAD) == 0;
    }

    /** For a reader. */
    public String table() {
        StringBuilder table = new StringBuilder();
        table.append(
                String.format(Locale.ROOT, "%s on %s: %s%n", scenario.word(), options.url(), scenario.setup(options)));
        table.append(String.format(Locale.ROOT, "%n%-42s %12s", "", "all rounds"));
        for (int i = 1; i <= rounds.size(); i++) {
            table.append(String.format(Locale.ROOT, " %12s", "round " + i));
        }
        table.append(System.lineSeparator());
        for (Measure measure : measures()) {
            table.append(String.format(Locale.ROOT, "%-42s %12s", measure.label(), shown(measure, combined(measure))));
            for (Round round : rounds) {
                table.append(String.format(
                        Locale.ROOT, " %12s", shown(measure, round.figures().get(measure))));
            }
            table.append(System.lineSeparator());
        }
        return table.toString();
    }

    /** For a program. */
    public String json() {
        ObjectNode report = JsonNodeFactory.instance.objectNode();
        report.put("scenario", scenario.word()).put("url", options.url().toString());
        report.put("connections", options.connections()).put("inFlight", options.inFlight());
        report.put("seconds", options.seconds()).put("warmupSeconds", options.warmupSeconds());
        report.put("runs", options.runs());
        ObjectNode all = report.putObject("all");
        measures().forEach(measure -> all.put(measure.key(), rounded(measure, combined(measure))));
        for (Round round : rounds) {
            ObjectNode one = report.withArray("rounds").addObject();
            round.figures().forEach((measure, value) -> one.put(measure.key(), rounded(measure, value)));
        }
        return report.toPrettyString();
    }

    private List<Measure> measures() {
        return List.copyOf(rounds.getFirst().figures().keySet());
    }

    private double combined(Measure measure) {
        return measure.combine(rounds.stream()
                .mapToDouble(round -> round.figures().get(measure))
                .toArray());
    }

    private static String shown(Measure measure, double value) {
        return rounded(measure, value).toPlainString();
    }

    private static BigDecimal rounded(Measure measure, double value) {
        return BigDecimal.valueOf(value).setScale(measure.decimals(), RoundingMode.HALF_UP);
    }
}
