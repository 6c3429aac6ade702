package dev.continuo.definition.conductor;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.regex.Pattern;

/** Checks who owns a definition, where that must be told. */
final class OwnerEmail {
    private static final int MAX_CHARS = 254;
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s]+@[^@\\s]+");

    private OwnerEmail() {}

    static void check(JsonNode document, Violations violations) {
        String address = Members.text(document, "ownerEmail").orElse("");
        if (address.isEmpty()) {
            violations.add(Place.ROOT.member("ownerEmail"), "ownerEmail cannot be empty", document.path("ownerEmail"));
        } else if (address.length() > MAX_CHARS || !ADDRESS.matcher(address).matches()) {
            violations.add(
                    Place.ROOT.member("ownerEmail"),
                    "ownerEmail should be a valid email address",
                    document.path("ownerEmail"));
        }
    }
}
