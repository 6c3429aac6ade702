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

    /** How refusals of its endpoints, and of whatever else is below its {@link #root}, are worded. */
    default Wording wording() {
        return Wording.PROBLEM_JSON;
    }

    /** Who may call its endpoints; the document is for everybody. */
    default Authenticator authenticator() {
        return Authenticator.OPEN;
    }

    /** The path, without a slash at its end, below which everything is this dialect's. */
    String root();
}
