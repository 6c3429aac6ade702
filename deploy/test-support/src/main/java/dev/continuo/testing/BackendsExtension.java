package dev.continuo.testing;

import java.util.Locale;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands a {@link Backends} to a test class (nested classes share their outermost one's). {@code -Dbackends=embedded},
 * the default, needs nothing installed; {@code -Dbackends=containers} needs Docker and the Maven profile
 * {@code containers}, and fails without them.
 */
public final class BackendsExtension implements ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(BackendsExtension.class);

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Backends.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Store store = context.getRoot().getStore(NAMESPACE);
        Servers servers = store.getOrComputeIfAbsent(Servers.class, key -> started(), Servers.class);
        Class<?> outermost = outermost(context.getRequiredTestClass());
        return store.getOrComputeIfAbsent(outermost, key -> new Backends(servers, name(outermost)), Backends.class);
    }

    private static Servers started() {
        Servers servers = new Servers(Servers.provider(System.getProperty(Servers.PROPERTY, "embedded")));
        // JUnit closes its stores after the last test, but not when the JVM is asked to end before.
        Runtime.getRuntime().addShutdownHook(new Thread(new ClosingHook(servers), "close-test-backends"));
        return servers;
    }

    private static Class<?> outermost(Class<?> testClass) {
        return testClass.getEnclosingClass() == null ? testClass : outermost(testClass.getEnclosingClass());
    }

    /** Readable in a failure's message, and fit for a database and a topic alike. */
    private static String name(Class<?> testClass) {
        String words = testClass.getSimpleName().toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]", "");
        String start = words.substring(0, Math.min(words.length(), 40));
        return "t_" + start + "_" + Integer.toHexString(testClass.getName().hashCode());
    }
}
