package dev.continuo.worker.webhook;

import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/** Names of hosts to addresses. Confined to one event loop. */
interface HostResolver {
    /** All addresses of the name; fails when there is none. */
    Future<List<InetAddress>> resolve(String host);

    void close();
}
