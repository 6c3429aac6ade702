package dev.continuo.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReportTest {
    private static final BenchOptions OPTIONS =
            new BenchOptions(URI.create("http://127.0.0.1:8080"), 64, 256, 10, 5, 3, 200);

    @Test
    void itTellsTheMedianOfTheRoundsAndEachRound() throws Exception {
        Report report = report(round(4000.4, 0, 0), round(3000, 0, 0), round(5000, 0, 0));
        assertThat(report.table().replaceAll(" +", " "))
                .contains("64 connections, 3 x 10 s after 5 s of warm-up")
                .contains("durable starts per second 4000 4000 3000 5000");
        JsonNode json = new ObjectMapper().readTree(report.json());
        assertThat(json.path("all").path("startsPerSecond").asInt()).isEqualTo(4000);
        assertThat(json.path("rounds").path(2).path("startsPerSecond").asInt()).isEqualTo(5000);
    }

    @ParameterizedTest
    @CsvSource({"0, 0, true", "1, 0, false", "0, 1, false"})
    void oneFaultInOneRoundIsNotLostInAMedian(int errors, int bad, boolean sound) throws Exception {
        Report report = report(round(1, 0, 0), round(1, errors, bad), round(1, 0, 0));
        assertThat(report.sound()).isEqualTo(sound);
        JsonNode all = new ObjectMapper().readTree(report.json()).path("all");
        assertThat(all.path("errors").asInt()).isEqualTo(errors);
        assertThat(all.path("bad").asInt()).isEqualTo(bad);
    }

    private static Report report(Round... rounds) {
        return new Report(Scenario.STARTS, OPTIONS, List.of(rounds));
    }

    private static Round round(double perSecond, int errors, int bad) {
        return Round.builder()
                .with(Measure.STARTS_PER_SECOND, perSecond)
                .with(Measure.ERRORS, errors)
                .with(Measure.BAD, bad)
                .build();
    }
}
