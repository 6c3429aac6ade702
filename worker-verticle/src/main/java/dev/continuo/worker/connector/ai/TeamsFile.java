package dev.continuo.worker.connector.ai;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Reads teams: {@code {"teams": {"<id>": {"provider", "model", "system"?, "temperature"?, "maxTokens"?, "maxTurns"?,
 * "namespaces"?}}}}. Every fault is told with its place in the file, and no value is repeated.
 */
public final class TeamsFile {
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_ID_CHARS = 200;
    private static final int DEFAULT_TURNS = 50;
    private static final int MAX_TURNS = 500;
    private static final Set<String> PROVIDERS = Set.of("claude", "anthropic", "openai", "replicate");
    private static final Set<String> MEMBERS =
            Set.of("provider", "model", "system", "temperature", "maxTokens", "maxTurns", "namespaces");

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .build();

    private TeamsFile() {}

    /** @throws IOException when it cannot be read, or is not what it should be; its message is for people */
    public static Teams read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new IOException("The teams file " + file + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            return parse(JSON.readTree(Files.readAllBytes(file)));
        } catch (JsonProcessingException e) {
            throw new IOException(
                    "The teams file " + file + " is no JSON, near line "
                            + (e.getLocation() == null ? 1 : e.getLocation().getLineNr()),
                    e);
        } catch (Fault e) {
            throw new IOException("The teams file " + file + ": " + e.getMessage(), e);
        }
    }

    private static final class Fault extends RuntimeException {
        Fault(String at, String what) {
            super((at.isEmpty() ? "the whole" : at) + " " + what, null, false, false);
        }
    }

    private static Teams parse(JsonNode file) {
        known(file, "", Set.of("teams"));
        JsonNode teams = file.path("teams");
        if (!teams.isObject()) {
            throw new Fault("/teams", "must be an object");
        }
        Map<String, Teams.Team> byId = new TreeMap<>();
        for (Map.Entry<String, JsonNode> team : teams.properties()) {
            String id = team.getKey();
            String at = "/teams/" + id;
            if (id.isBlank() || id.length() > MAX_ID_CHARS) {
                throw new Fault("/teams", "has an id that is empty or longer than " + MAX_ID_CHARS + " characters");
            }
            byId.put(id, team(team.getValue(), at));
        }
        return new Teams(byId);
    }

    private static Teams.Team team(JsonNode team, String at) {
        known(team, at, MEMBERS);
        String provider = text(team, at, "provider");
        if (!PROVIDERS.contains(provider)) {
            throw new Fault(at + "/provider", "must be one of " + String.join(", ", new TreeSet<>(PROVIDERS)));
        }
        Optional<String> system = team.has("system") ? Optional.of(text(team, at, "system")) : Optional.empty();
        Sampling sampling = new Sampling(
                temperature(team, at), OptionalDouble.empty(), whole(team, at, "maxTokens", 10_000_000), List.of());
        return new Teams.Team(
                provider,
                text(team, at, "model"),
                system,
                sampling,
                whole(team, at, "maxTurns", MAX_TURNS).orElse(DEFAULT_TURNS),
                namespaces(team.path("namespaces"), at + "/namespaces"));
    }

    private static void known(JsonNode object, String at, Set<String> members) {
        if (!object.isObject()) {
            throw new Fault(at, "must be an object");
        }
        object.fieldNames().forEachRemaining(name -> {
            if (!members.contains(name)) {
                throw new Fault(at + "/" + name, "is not known");
            }
        });
    }

    private static String text(JsonNode team, String at, String name) {
        JsonNode value = team.path(name);
        if (!value.isTextual() || value.textValue().isBlank()) {
            throw new Fault(at + "/" + name, "must be a text that is not empty");
        }
        return value.textValue();
    }

    private static OptionalDouble temperature(JsonNode team, String at) {
        JsonNode value = team.path("temperature");
        if (value.isMissingNode()) {
            return OptionalDouble.empty();
        }
        if (!value.isNumber() || value.doubleValue() < 0 || value.doubleValue() > 2) {
            throw new Fault(at + "/temperature", "must be a number from 0 to 2");
        }
        return OptionalDouble.of(value.doubleValue());
    }

    private static OptionalInt whole(JsonNode team, String at, String name, int max) {
        JsonNode value = team.path(name);
        if (value.isMissingNode()) {
            return OptionalInt.empty();
        }
        if (!value.isInt() || value.intValue() < 1 || value.intValue() > max) {
            throw new Fault(at + "/" + name, "must be a whole number from 1 to " + max);
        }
        return OptionalInt.of(value.intValue());
    }

    private static Set<String> namespaces(JsonNode given, String at) {
        if (given.isMissingNode()) {
            return Set.of();
        }
        Set<String> names = new HashSet<>();
        for (JsonNode name : given) {
            if (!name.isTextual() || name.textValue().isBlank()) {
                throw new Fault(at, "must be a list of names");
            }
            names.add(name.textValue());
        }
        if (!given.isArray() || names.isEmpty()) {
            throw new Fault(at, "must be a list of names that is not empty");
        }
        return names;
    }
}
