package dev.continuo.bench;

import java.net.URI;

/**
 * How to measure.
 *
 * @param url of the server, on the loopback interface
 * @param connections open at once
 * @param inFlight runs under way at once (`rest`)
 * @param seconds of a round (`starts`, `rest`)
 * @param warmupSeconds before the first round, not counted
 * @param repeat rounds
 * @param runs of a round (`latency`)
 */
public record BenchOptions(
        URI url, int connections, int inFlight, int seconds, int warmupSeconds, int repeat, int runs) {}
