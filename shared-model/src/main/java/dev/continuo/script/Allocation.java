package dev.continuo.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/** How much a thread has allocated since it started, garbage included; always 0 where the JVM does not count it. */
final class Allocation {

    private static final ThreadMXBean COUNTER = ManagementFactory.getThreadMXBean() instanceof ThreadMXBean counter
                    && counter.isThreadAllocatedMemorySupported()
                    && counter.isThreadAllocatedMemoryEnabled()
            ? counter
            : null;

    private Allocation() {}

    static long bytes(Thread thread) {
        return COUNTER == null ? 0 : Math.max(0, COUNTER.getThreadAllocatedBytes(thread.threadId()));
    }
}
