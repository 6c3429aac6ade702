package dev.continuo.api;

/** Short texts that get into columns of their own. */
public final class Texts {
    private Texts() {}

    /** Not blank, not longer than that, and without control characters, which Postgres takes only in part. */
    public static boolean fitting(String text, int most) {
        return !text.isBlank() && text.length() <= most && text.chars().noneMatch(Character::isISOControl);
    }

    public static String rule(int most) {
        return " must have 1 to " + most + " characters, none of them a control character";
    }
}
