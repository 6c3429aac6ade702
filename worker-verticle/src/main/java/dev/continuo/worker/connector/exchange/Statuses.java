package dev.continuo.worker.connector.exchange;

import java.util.Set;

/** What HTTP status codes mean for another attempt. */
public final class Statuses {
    /** Request Timeout, Too Early, Too Many Requests: the request may be right, and only its moment is wrong. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429);

    private Statuses() {}

    /** Whether the same request may get a better answer later. */
    public static boolean mayPass(int status) {
        return status >= 500 || PASSING.contains(status);
    }

    public static boolean isRedirect(int status) {
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }
}
