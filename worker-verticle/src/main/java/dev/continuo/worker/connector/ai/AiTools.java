package dev.continuo.worker.connector.ai;

import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;

/** What the providers of a worker share. Confined to one event loop. */
public record AiTools(Vertx vertx, Exchange.Via via, ExchangeSettings http, AiSettings settings, InstantSource clock) {
    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(60);

    /** @param receiving shared by all that the worker receives */
    public static AiTools of(
            Vertx vertx, ExchangeSettings http, AiSettings settings, Receiving receiving, InstantSource clock) {
        return new AiTools(vertx, Exchange.Via.open(vertx, http, receiving, LONGEST_CONNECT), http, settings, clock);
    }
}
