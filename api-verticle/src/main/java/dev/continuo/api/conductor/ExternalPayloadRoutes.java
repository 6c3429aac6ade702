package dev.continuo.api.conductor;

import dev.continuo.api.Answer;
import dev.continuo.api.Call;
import dev.continuo.api.Endpoint;
import dev.continuo.api.Problem;
import dev.continuo.api.QueryReader;
import dev.continuo.store.ExternalPayloads;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code externalstoragelocation}: where clients leave payloads that they do not want to send along, and find them again
 * (conductor: external payload storage). The place is on this server.
 */
final class ExternalPayloadRoutes {
    private static final Set<String> TYPES = Set.of("WORKFLOW_INPUT", "WORKFLOW_OUTPUT", "TASK_INPUT", "TASK_OUTPUT");
    private static final Set<String> OPERATIONS = Set.of("READ", "WRITE");
    private static final String ENDING = ".json";
    private static final Pattern PATH = Pattern.compile("[a-z_]{1,30}/([0-9a-fA-F-]{36})\\.json");

    private final ExternalPayloads payloads;

    ExternalPayloadRoutes(ExternalPayloads payloads) {
        this.payloads = payloads;
    }

    List<Endpoint> endpoints(String base) {
        String content = base + "/external/payload/{type}/{name}";
        List<Endpoint> endpoints = new ArrayList<>();
        for (String of : List.of("/tasks", "/workflow")) {
            for (String name : List.of("/externalstoragelocation", "/external-storage-location")) {
                endpoints.add(Endpoint.get(base + of + name, call -> location(call, base)));
            }
        }
        endpoints.add(Endpoint.text(HttpMethod.PUT, content, this::put));
        endpoints.add(Endpoint.get(content, this::get));
        return endpoints;
    }

    /** The place that a path is of; empty for a path that is not one of this server's. */
    static Optional<UUID> place(String path) {
        Matcher matcher = PATH.matcher(path);
        return matcher.matches() ? Call.uuid(matcher.group(1)) : Optional.empty();
    }

    private Future<Answer> location(Call call, String base) {
        QueryReader query = call.query();
        String operation = word(query, "operation", OPERATIONS);
        String type = word(query, "payloadType", TYPES);
        Optional<String> path = query.text("path");
        return query.then(() -> {
            if (operation.equals("READ")) {
                return path.flatMap(ExternalPayloadRoutes::place).isPresent()
                        ? located(call, base, path.get()).now()
                        : Problem.of(404, "There is no such payload").now();
            }
            return payloads.reserve(ConductorApi.NAMESPACE).map(place -> place.map(
                            id -> located(call, base, type.toLowerCase(Locale.ROOT) + "/" + id + ENDING))
                    .orElseGet(() -> Problem.of(
                            409,
                            "As many payloads are kept here as may be: they are forgotten after "
                                    + ExternalPayloads.KEPT_DAYS + " days")));
        });
    }

    private static String word(QueryReader query, String name, Set<String> words) {
        String value = query.required(name).toUpperCase(Locale.ROOT);
        if (!value.isEmpty() && !words.contains(value)) {
            query.flaw(name, name + " must be one of " + words.stream().sorted().toList());
        }
        return value;
    }

    private static Answer located(Call call, String base, String path) {
        return Answer.ok(Views.object()
                .put("uri", call.origin() + base + "/external/payload/" + path)
                .put("path", path));
    }

    private Future<Answer> put(Call call, String body) {
        Optional<UUID> id = place(call);
        if (body.isEmpty() || body.indexOf('\0') >= 0) {
            return Problem.badRequest("The payload is empty, or not a text").now();
        }
        return id.map(place -> payloads.put(ConductorApi.NAMESPACE, place, body)
                        .map(done -> done ? Answer.done() : notFound()))
                .orElseGet(() -> notFound().now());
    }

    private Future<Answer> get(Call call) {
        return place(call)
                .map(place -> payloads.find(ConductorApi.NAMESPACE, place)
                        .map(found -> found.<Answer>map(content -> new Answer.Text("application/json", content))
                                .orElseGet(ExternalPayloadRoutes::notFound)))
                .orElseGet(() -> notFound().now());
    }

    private static Optional<UUID> place(Call call) {
        return place(call.path("type") + "/" + call.path("name"));
    }

    private static Answer notFound() {
        return Problem.of(404, "There is no such payload, or it is written already");
    }
}
