package dev.continuo.api;

import io.vertx.core.Vertx;
import java.util.List;

/** One dialect: its routes, and the document that describes them. */
public interface DialectApi {
    /** The name under which {@code /openapi/<name>.json} serves {@link #openApi}. */
    String name();

    /** An OpenAPI document, as JSON text. */
    String openApi();

    /** Fresh handlers for one verticle: what they keep is used on its event loop only. */
    List<Endpoint> endpoints(Vertx vertx);
}
