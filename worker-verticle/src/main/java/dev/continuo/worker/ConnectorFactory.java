package dev.continuo.worker;

import dev.continuo.script.ScriptPool;
import dev.continuo.worker.connector.Connector;
import dev.continuo.worker.connector.exchange.ExchangeSettings;
import dev.continuo.worker.connector.rest.RestConnector;
import dev.continuo.worker.connector.script.CachedScripts;
import dev.continuo.worker.connector.script.ScriptConnector;
import dev.continuo.worker.connector.script.ScriptSource;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** Makes the connectors of one worker, on that worker's event loop. */
@FunctionalInterface
public interface ConnectorFactory {
    List<Connector> create(Vertx vertx);

    /**
     * All connectors that come with the engine.
     *
     * @param pool shared by all workers of a process
     * @param scriptLimit of one evaluation
     */
    static ConnectorFactory standard(
            ExchangeSettings rest, ScriptPool pool, ScriptSource scripts, Duration scriptLimit) {
        return vertx -> List.of(
                new RestConnector(vertx, rest),
                new ScriptConnector(
                        vertx,
                        pool,
                        new CachedScripts(scripts, 500, Duration.ofSeconds(2), InstantSource.system()),
                        scriptLimit));
    }
}
