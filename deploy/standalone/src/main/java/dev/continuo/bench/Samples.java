package dev.continuo.bench;

import java.util.Arrays;

/** Measured times in nanoseconds. */
final class Samples {
    private static final int MOST = 1 << 24;

    private long[] values = new long[1024];
    private int count;

    void add(long nanos) {
        if (count == MOST) {
            throw new IllegalStateException("More than " + MOST + " samples; measure for a shorter time");
        }
        if (count == values.length) {
            values = Arrays.copyOf(values, Math.min(MOST, count * 2));
        }
        values[count++] = nanos;
    }

    int count() {
        return count;
    }

    /**
     * The smallest sample that is not less than the given share of all (nearest rank), in milliseconds; 0 without any
     * samples.
     *
     * @param share from 0 (exclusive) to 1
     */
    double percentileMillis(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("A share is above 0 and at most 1: " + share);
        }
        if (count == 0) {
            return 0;
        }
        long[] sorted = Arrays.copyOf(values, count);
        Arrays.sort(sorted);
        return sorted[(int) Math.ceil(share * count) - 1] / 1e6;
    }

    /** The middle one, or the mean of the two in the middle. */
    static double median(double... values) {
        if (values.length == 0) {
            throw new IllegalArgumentException("Nothing has no median");
        }
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
