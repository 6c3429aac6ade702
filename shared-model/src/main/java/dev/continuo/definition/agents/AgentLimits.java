package dev.continuo.definition.agents;

import java.util.regex.Pattern;

/** What an agent may be at most. */
public final class AgentLimits {
    /** An agent's id is part of a path: letters, digits, hyphens and underscores, the first a letter or a digit. */
    public static final Pattern ID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,99}");

    public static final int MAX_NAME = 255;
    public static final int MAX_DESCRIPTION = 4_000;
    public static final int MAX_NODES = 100;
    public static final int MAX_VARIABLES = 1_000;
    public static final int MAX_STEPS = 50;
    public static final int MAX_SERVERS = 16;
    public static final int MAX_HEADERS = 50;
    static final int MAX_FAULTS = 100;

    private AgentLimits() {}

    /** Not blank, not longer than {@link #MAX_NAME}, and without control characters. */
    static boolean fitting(String text) {
        return !text.isBlank() && text.length() <= MAX_NAME && text.chars().noneMatch(Character::isISOControl);
    }
}
