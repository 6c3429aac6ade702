package dev.continuo.script;

/**
 * What one evaluation may use.
 *
 * @param maxSourceChars length of a script
 * @param maxInputChars length of the input as JSON text
 * @param maxResultChars length of the result as JSON text, in UTF-16 units
 * @param maxTextChars length of any string that a script makes
 * @param maxArrayLength elements of an array that a built-in function makes or walks over
 * @param maxAllocatedBytes memory allocated during one evaluation, garbage included
 * @param maxConsoleLines lines that reach the console sink
 * @param maxConsoleChars characters that reach the console sink
 * @param cachedScripts compiled scripts that a sandbox keeps
 */
public record SandboxLimits(
        int maxSourceChars,
        int maxInputChars,
        int maxResultChars,
        int maxTextChars,
        int maxArrayLength,
        long maxAllocatedBytes,
        int maxConsoleLines,
        int maxConsoleChars,
        int cachedScripts) {

    public static final SandboxLimits DEFAULT =
            new SandboxLimits(256 << 10, 8 << 20, 4 << 20, 8 << 20, 1 << 20, 4L << 30, 1_000, 256 << 10, 256);

    public SandboxLimits {
        if (maxSourceChars < 1 || maxInputChars < 1 || maxResultChars < 1 || maxTextChars < 1 || maxArrayLength < 1) {
            throw new IllegalArgumentException("every size limit of a script is at least 1");
        }
        if (maxAllocatedBytes < 1 || maxConsoleLines < 0 || maxConsoleChars < 0 || cachedScripts < 1) {
            throw new IllegalArgumentException("limits of memory, console and cache are positive");
        }
    }
}
