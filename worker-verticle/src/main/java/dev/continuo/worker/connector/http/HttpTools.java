package dev.continuo.worker.connector.http;

import dev.continuo.worker.connector.exchange.Exchange;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.exchange.Receiving;
import io.vertx.core.Vertx;
import java.time.InstantSource;

/** What the HTTP tasks of a worker share. Confined to one event loop. */
public record HttpTools(Vertx vertx, Exchange.Via via, ExchangeSettings settings, InstantSource clock) {

    /** @param receiving shared by all that the worker receives */
    public static HttpTools of(Vertx vertx, ExchangeSettings settings, Receiving receiving, InstantSource clock) {
        return new HttpTools(
                vertx, Exchange.Via.open(vertx, settings, receiving, HttpRequest.LONGEST), settings, clock);
    }
}
