package dev.continuo.worker.connector.exchange;

import java.time.Duration;

/**
 * Limits of a connector that speaks HTTP.
 *
 * @param maxResponseBytes of one body, after decompression; a longer one is cut off and fails the attempt
 * @param maxReceivingBytes of all bodies that a worker receives at the same time; what is beyond fails its attempt
 * @param connectionsPerHost open at once, kept alive between requests
 * @param waitingPerHost requests that wait for a connection; more fail the attempt
 * @param connectTimeout for a connection including TLS, where a task does not say otherwise
 * @param keepAlive how long an unused connection stays open
 * @param longestRetryAfter cap on what an upstream may ask for in {@code Retry-After}
 * @param cachedTokens OAuth2 tokens kept at once
 */
public record ExchangeSettings(
        int maxResponseBytes,
        long maxReceivingBytes,
        int connectionsPerHost,
        int waitingPerHost,
        Duration connectTimeout,
        Duration keepAlive,
        Duration longestRetryAfter,
        int cachedTokens) {

    public static final ExchangeSettings DEFAULTS = new ExchangeSettings(
            8 << 20,
            128L << 20,
            256,
            1_000,
            Duration.ofSeconds(10),
            Duration.ofSeconds(30),
            Duration.ofHours(1),
            1_000);

    public ExchangeSettings {
        if (maxResponseBytes < 1 || connectionsPerHost < 1 || waitingPerHost < 0 || cachedTokens < 1) {
            throw new IllegalArgumentException("the limits of HTTP connectors are positive");
        }
        if (maxReceivingBytes < maxResponseBytes) {
            throw new IllegalArgumentException("all responses together may be at least as large as one");
        }
        if (!connectTimeout.isPositive() || !keepAlive.isPositive() || longestRetryAfter.isNegative()) {
            throw new IllegalArgumentException("the times of HTTP connectors are positive");
        }
    }

    /** With room for this much of one response, and for several of them at once. */
    public ExchangeSettings withMaxResponseBytes(int bytes) {
        return new ExchangeSettings(
                bytes,
                Math.max(maxReceivingBytes, 2L * bytes),
                connectionsPerHost,
                waitingPerHost,
                connectTimeout,
                keepAlive,
                longestRetryAfter,
                cachedTokens);
    }
}
