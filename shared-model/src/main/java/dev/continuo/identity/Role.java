package dev.continuo.identity;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What the holder of an API key may do in the key's namespace. */
public enum Role {
    /** Whatever a dialect offers. */
    USER,
    /** The same, and managing the namespace's API keys and webhook secrets. */
    ADMIN;

    /** As it is written in requests, answers and the database. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Role> of(String word) {
        return Arrays.stream(values()).filter(role -> role.word().equals(word)).findFirst();
    }
}
