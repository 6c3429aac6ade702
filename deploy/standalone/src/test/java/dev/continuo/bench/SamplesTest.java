package dev.continuo.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SamplesTest {
    @ParameterizedTest
    @CsvSource({
        "100, 0.5, 50",
        "100, 0.9, 90",
        "100, 0.99, 99",
        "100, 1, 100",
        "101, 0.5, 51",
        "3, 0.5, 2",
        "3, 0.99, 3",
        "2, 0.5, 1",
        "1, 0.01, 1",
        "5000, 0.99, 4950",
    })
    void aPercentileIsTheSmallestSampleWithThatShareBelowOrAtIt(int count, double share, double millis) {
        Samples samples = new Samples();
        // Not in order, as they come.
        LongStream.rangeClosed(1, count).map(i -> count + 1 - i).forEach(i -> samples.add(i * 1_000_000));
        assertThat(samples.count()).isEqualTo(count);
        assertThat(samples.percentileMillis(share)).isEqualTo(millis);
    }

    @Test
    void withoutSamplesAPercentileIsZero() {
        assertThat(new Samples().percentileMillis(0.99)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.5, 1.01, Double.NaN})
    void aShareBeyondTheWholeIsRefused(double share) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Samples().percentileMillis(share));
    }

    @ParameterizedTest
    @CsvSource({"7, 7", "3 1 2, 2", "4 1 3 2, 2.5", "9 9 1, 9", "1 1000000 2, 2"})
    void theMedianIsTheMiddle(String values, double median) {
        double[] numbers = Arrays.stream(values.split(" "))
                .mapToDouble(Double::parseDouble)
                .toArray();
        assertThat(Samples.median(numbers)).isEqualTo(median);
    }

    @Test
    void aMedianOfNothingIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(Samples::median);
    }
}
