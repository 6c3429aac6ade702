package dev.continuo.script;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Optional;

/** How much a thread has allocated since it started, garbage included; always 0 where the JVM does not count it. */
final class Allocation {

    private static final Optional<ThreadMXBean> COUNTER = Optional.of(ManagementFactory.getThreadMXBean())
            .filter(ThreadMXBean.class::isInstance)
            .map(ThreadMXBean.class::cast)
            .filter(counter -> counter.isThreadAllocatedMemorySupported() && counter.isThreadAllocatedMemoryEnabled());

    private Allocation() {}

    static long bytes(Thread thread) {
        return COUNTER.map(counter -> Math.max(0, counter.getThreadAllocatedBytes(thread.threadId())))
                .orElse(0L);
    }
}
