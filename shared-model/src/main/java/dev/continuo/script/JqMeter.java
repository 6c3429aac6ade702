package dev.continuo.script;

import com.fasterxml.jackson.databind.JsonNode;
import dev.continuo.expression.ScriptFailure;
import dev.continuo.expression.ScriptFailure.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Iterator;

/**
 * What one jq evaluation has used of what it may use. The evaluation asks it at every step, since nothing else stops a
 * jq program; a step in between works on values that are bounded here, and so is short. For one thread.
 */
final class JqMeter {

    /** Nesting of a value; deeper ones cannot be stored, and would exhaust the stack of whoever walks over them. */
    static final int MAX_DEPTH = 500;

    private static final int LOOK_EVERY = 64;
    private static final int CHARS_PER_STEP = 64;
    private static final int NODES_PER_STEP = 8;

    /** Below this a full heap is somebody else's doing. */
    private static final long NOTABLE_BYTES = 64L << 20;

    private static final double HEAP_FULL = 0.92;

    private static final ThreadLocal<JqMeter> CURRENT = new ThreadLocal<>();

    /**
     * The largest values that an evaluation may make on its way.
     *
     * @param nodes JSON values in one value, itself included
     * @param chars characters in one value's texts
     * @param work product of the sizes of two values that a built-in function compares with each other
     */
    record Sizes(int nodes, int chars, long work) {}

    /** What to leave with when a bound is met. */
    interface Excess {
        RuntimeException time(Duration limit);

        RuntimeException size(String message);

        RuntimeException depth();
    }

    private final Duration limit;
    private final long deadline;
    private final Sizes sizes;
    private final long maxAllocatedBytes;
    private final Excess excess;
    private final Thread thread = Thread.currentThread();
    private final long bytesBefore = Allocation.bytes(thread);
    private int left = LOOK_EVERY;

    private JqMeter(Duration limit, Sizes sizes, long maxAllocatedBytes, Excess excess) {
        this.limit = limit;
        this.deadline = System.nanoTime() + limit.toNanos();
        this.sizes = sizes;
        this.maxAllocatedBytes = maxAllocatedBytes;
        this.excess = excess;
    }

    /** Begins an evaluation on the calling thread; {@link #end} must follow. */
    static JqMeter begin(Duration limit, Sizes sizes, long maxAllocatedBytes, Excess excess) {
        var meter = new JqMeter(limit, sizes, maxAllocatedBytes, excess);
        CURRENT.set(meter);
        return meter;
    }

    static JqMeter current() {
        return CURRENT.get();
    }

    static void end() {
        CURRENT.remove();
    }

    Excess excess() {
        return excess;
    }

    long nanosLeft() {
        return Math.max(1, deadline - System.nanoTime());
    }

    void step() {
        if (--left < 0) {
            look();
        }
    }

    void steps(int many) {
        left -= many;
        if (left < 0) {
            look();
        }
    }

    void look() {
        left = LOOK_EVERY;
        if (System.nanoTime() - deadline > 0) {
            throw timedOut();
        }
        long bytes = Allocation.bytes(thread) - bytesBefore;
        if (bytes > maxAllocatedBytes || bytes > NOTABLE_BYTES && heapFull()) {
            throw new ScriptFailure(
                    Kind.MEMORY,
                    "the jq program allocated more than " + (maxAllocatedBytes >> 20) + " MB, or the heap is full");
        }
    }

    private static boolean heapFull() {
        var runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory() > HEAP_FULL * runtime.maxMemory();
    }

    RuntimeException timedOut() {
        return excess.time(limit);
    }

    void boundChars(long length) {
        if (length > sizes.chars()) {
            throw excess.size("a text in the jq program is longer than " + sizes.chars() + " characters");
        }
    }

    void chars(long length) {
        boundChars(length);
        steps((int) (length / CHARS_PER_STEP));
    }

    void elements(double count) {
        if (count > sizes.nodes()) {
            throw excess.size("a value in the jq program has more than " + sizes.nodes() + " elements");
        }
    }

    void work(JsonNode one, JsonNode other) {
        if (weight(one) * weight(other) > sizes.work()) {
            throw excess.size("the jq program compares values that are too large together");
        }
    }

    /** Counts what is below the value as often as it can be reached, for that is how often it would be written. */
    long weight(JsonNode value) {
        if (value.isTextual()) {
            chars(value.textValue().length());
            return 1L + value.textValue().length();
        }
        return value.isContainerNode() ? weightOfContainer(value) : 1;
    }

    private long weightOfContainer(JsonNode value) {
        var open = new ArrayDeque<Iterator<JsonNode>>();
        open.push(value.elements());
        long nodes = 1;
        long chars = 0;
        while (!open.isEmpty()) {
            if (!open.peek().hasNext()) {
                open.pop();
                continue;
            }
            var next = open.peek().next();
            if (next == null) {
                continue;
            }
            nodes++;
            if (next.isTextual()) {
                chars += next.textValue().length();
            } else if (next.isContainerNode() && !next.isEmpty()) {
                open.push(next.elements());
            }
            elements(nodes);
            boundChars(chars);
            if (open.size() > MAX_DEPTH) {
                throw new ScriptFailure(
                        Kind.ERROR, "a value in the jq program is nested deeper than " + MAX_DEPTH + " levels");
            }
        }
        steps((int) (nodes / NODES_PER_STEP));
        return nodes + chars;
    }
}
