package dev.continuo.worker.webhook;

import dev.continuo.secret.Sealer;
import dev.continuo.webhook.TaskDocuments;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.sqlclient.Pool;
import java.util.function.Supplier;

/**
 * What callbacks need of the process.
 *
 * @param pool makes connections for the sender alone, which closes them
 */
public record WebhookParts(Supplier<Pool> pool, TaskDocuments documents, Sealer sealer, MeterRegistry registry) {}
