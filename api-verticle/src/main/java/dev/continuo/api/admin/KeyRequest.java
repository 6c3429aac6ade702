package dev.continuo.api.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.api.Call;
import dev.continuo.api.Principal;
import dev.continuo.api.Problem.Flaw;
import dev.continuo.api.Texts;
import dev.continuo.identity.Role;
import dev.continuo.store.ApiKeys.Draft;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The body of a request for a new key. What is not known is refused: a mistyped expiry would make a key without one. */
final class KeyRequest {
    static final int MAX_TEXT = 100;

    private static final Duration MAX_LIFETIME = Duration.ofDays(3650);
    private static final Set<String> MEMBERS = Set.of("namespace", "role", "owner", "name", "expiresIn");

    private final ObjectNode body;
    private final List<Flaw> flaws = new ArrayList<>();

    private KeyRequest(ObjectNode body) {
        this.body = body;
    }

    sealed interface Reading {
        record Ok(Draft draft) implements Reading {}

        record Flawed(List<Flaw> flaws) implements Reading {}
    }

    static Reading read(ObjectNode body, Principal principal) {
        KeyRequest request = new KeyRequest(body);
        Draft draft = new Draft(
                request.namespace(principal),
                request.role(),
                request.owner(),
                request.name(),
                request.lifetime(),
                principal.id());
        body.fieldNames().forEachRemaining(member -> {
            if (!MEMBERS.contains(member)) {
                request.flaw(member, member + " is not known here");
            }
        });
        return request.flaws.isEmpty() ? new Reading.Ok(draft) : new Reading.Flawed(request.flaws);
    }

    private String namespace(Principal principal) {
        Optional<String> given = text("namespace");
        if (given.isEmpty() && principal.grant().isEmpty() && !body.has("namespace")) {
            flaw("namespace", "namespace is required");
        }
        given.filter(text -> !fitting(text)).ifPresent(text -> flaw("namespace", "namespace" + Texts.rule(MAX_TEXT)));
        return given.orElseGet(principal::namespace);
    }

    /** Blanks at an end would make another namespace that looks the same. */
    static boolean fitting(String namespace) {
        return Texts.fitting(namespace, MAX_TEXT) && namespace.equals(namespace.strip());
    }

    private Role role() {
        return text("role")
                .map(word -> Role.of(word).orElseGet(() -> {
                    flaw("role", "role must be user or admin");
                    return Role.USER;
                }))
                .orElse(Role.USER);
    }

    private UUID owner() {
        return text("owner")
                .map(text -> Call.uuid(text).orElseGet(() -> {
                    flaw("owner", "owner must be a UUID");
                    return new UUID(0, 0);
                }))
                .orElseGet(UUID::randomUUID);
    }

    private String name() {
        String name = text("name").orElse("");
        if (!name.isEmpty() && !Texts.fitting(name, MAX_TEXT)) {
            flaw("name", "name" + Texts.rule(MAX_TEXT));
        }
        return name;
    }

    private Optional<Duration> lifetime() {
        Optional<Duration> lifetime = text("expiresIn").flatMap(KeyRequest::duration);
        boolean within = lifetime.map(time -> time.toSeconds() >= 1 && time.compareTo(MAX_LIFETIME) <= 0)
                .orElse(text("expiresIn").isEmpty());
        if (!within) {
            flaw(
                    "expiresIn",
                    "expiresIn must be a duration of ISO 8601 in days or less, such as P30D or PT12H, of at" + " most P"
                            + MAX_LIFETIME.toDays() + "D");
        }
        return lifetime;
    }

    private static Optional<Duration> duration(String text) {
        try {
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private Optional<String> text(String member) {
        JsonNode given = body.path(member);
        if (given.isMissingNode() || given.isNull()) {
            return Optional.empty();
        }
        if (!given.isTextual()) {
            if (flaws.stream().noneMatch(flaw -> flaw.message().startsWith(member + " "))) {
                flaw(member, member + " must be text");
            }
            return Optional.empty();
        }
        return Optional.of(given.textValue());
    }

    private void flaw(String member, String message) {
        flaws.add(new Flaw.InBody("/" + member.replace("~", "~0").replace("/", "~1"), message));
    }
}
