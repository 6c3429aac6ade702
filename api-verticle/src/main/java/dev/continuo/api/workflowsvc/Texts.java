package dev.continuo.api.workflowsvc;

/** Short texts that get into columns of their own. */
final class Texts {
    private Texts() {}

    /** Not blank, not longer than that, and without control characters, which Postgres takes only in part. */
    static boolean fitting(String text, int most) {
        return !text.isBlank() && text.length() <= most && text.chars().noneMatch(Character::isISOControl);
    }

    static String rule(int most) {
        return " must have 1 to " + most + " characters, none of them a control character";
    }
}
