package dev.continuo.testing;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test during which a Vert.x thread was blocked for longer than its options allow. Vert.x only logs that; this
 * is the appender of that logger (see {@code logback-test.xml}) and an extension that JUnit finds by itself.
 */
public final class BlockedThreads extends AppenderBase<ILoggingEvent> implements AfterEachCallback {
    private static final AtomicReference<Optional<String>> FIRST = new AtomicReference<>(Optional.empty());

    @Override
    protected void append(ILoggingEvent event) {
        FIRST.compareAndSet(Optional.empty(), Optional.of(describe(event)));
    }

    @Override
    public void afterEach(ExtensionContext context) {
        take().ifPresent(description -> {
            throw new AssertionError("A thread that must not block was blocked: " + description);
        });
    }

    /** The first report since the last call, which is thereby dealt with. */
    static Optional<String> take() {
        return FIRST.getAndSet(Optional.empty());
    }

    private static String describe(ILoggingEvent event) {
        StringBuilder text = new StringBuilder(event.getFormattedMessage());
        IThrowableProxy where = event.getThrowableProxy();
        if (where != null) {
            for (StackTraceElementProxy frame : where.getStackTraceElementProxyArray()) {
                text.append(System.lineSeparator()).append("    ").append(frame.getSTEAsString());
            }
        }
        return text.toString();
    }
}
