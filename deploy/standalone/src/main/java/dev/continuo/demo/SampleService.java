package dev.continuo.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The service that the sample workflow calls: orders, stock, credit and parcels of a shop. The first question about an
 * order gets a 503, so that a retry can be seen.
 */
final class SampleService extends VerticleBase {
    static final int QUANTITY = 3;

    private static final int MAX_BODY_BYTES = 64 << 10;
    private static final int MAX_CALLS = 1_000;
    private static final int MAX_ORDERS = 1_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Deque<ServiceCall> calls = new ArrayDeque<>();
    private final Set<String> askedBefore = new HashSet<>();
    private final Map<String, Integer> shipped = new HashMap<>();
    private HttpServer server;

    @Override
    public Future<?> start() {
        Router router = Router.router(vertx);
        router.route().handler(BodyHandler.create(false).setBodyLimit(MAX_BODY_BYTES));
        router.get("/orders/:order").handler(this::order);
        router.get("/stock/:item").handler(call -> answer(call, 200, object().put("available", 8)));
        router.post("/stock/:item/releases").handler(call -> answer(call, 201, object().put("released", true)));
        router.post("/credit").handler(call -> answer(call, 200, object().put("granted", true)));
        router.post("/parcels").handler(this::parcel);
        router.post("/orders/:order/closing").handler(this::closing);
        server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(router);
        return server.listen();
    }

    /** {@code http://127.0.0.1:12345}, once started. */
    String address() {
        return "http://127.0.0.1:" + server.actualPort();
    }

    /** The latest calls, in the order of their arrival. */
    List<ServiceCall> calls() {
        synchronized (calls) {
            return List.copyOf(calls);
        }
    }

    private void order(RoutingContext call) {
        String order = call.pathParam("order");
        if (askedBefore.size() < MAX_ORDERS && askedBefore.add(order)) {
            answer(call, 503, object().put("error", "The shop is just opening, please ask again"));
            return;
        }
        ObjectNode found = object().put("order", order).put("customer", "Ada").put("item", "lamp");
        answer(call, 200, found.put("quantity", QUANTITY).put("total", 89.7));
    }

    private void parcel(RoutingContext call) {
        String order = body(call).path("order").asText();
        if (shipped.size() < MAX_ORDERS || shipped.containsKey(order)) {
            shipped.merge(order, 1, Integer::sum);
        }
        answer(
                call,
                201,
                object().put("tracking", order + "/" + body(call).path("parcel").asText()));
    }

    private void closing(RoutingContext call) {
        String order = call.pathParam("order");
        ObjectNode receipt = object().put("order", order);
        receipt.set("decision", body(call).path("decision"));
        answer(call, 200, receipt.put("parcels", shipped.getOrDefault(order, 0)));
    }

    private void answer(RoutingContext call, int status, ObjectNode answer) {
        synchronized (calls) {
            if (calls.size() == MAX_CALLS) {
                calls.removeFirst();
            }
            calls.add(new ServiceCall(
                    call.request().method().name(), call.request().path(), body(call), status));
        }
        call.response()
                .setStatusCode(status)
                .putHeader("content-type", "application/json")
                .end(answer.toString());
    }

    private static JsonNode body(RoutingContext call) {
        if (call.body().length() <= 0) {
            return MissingNode.getInstance();
        }
        try {
            return JSON.readTree(call.body().asString());
        } catch (JsonProcessingException e) {
            return JsonNodeFactory.instance.textNode(call.body().asString());
        }
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }
}
