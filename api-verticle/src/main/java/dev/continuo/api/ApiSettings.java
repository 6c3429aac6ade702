package dev.continuo.api;

import java.time.Duration;

/**
 * @param port 0 for any free one, a different one for each instance
 * @param maxBodyBytes the largest request body, after decompression
 * @param readiness how long a readiness check may take
 */
public record ApiSettings(String host, int port, int maxBodyBytes, Duration readiness) {
    public ApiSettings(String host, int port, int maxBodyBytes) {
        this(host, port, maxBodyBytes, Duration.ofSeconds(2));
    }
}
