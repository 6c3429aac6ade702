package dev.continuo.api.admin;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/**
 * Tells a program of this machine that talks to the server itself. A web page that is open in a browser of this machine
 * is none: not when its own name resolves to this machine (its requests name another host), not when it sends requests
 * somewhere else (browsers say so). Nor is a proxy, which is on this machine when its users are not.
 */
final class Loopback {
    private static final List<String> SIGNS_OF_OTHERS = List.of(
            "Origin",
            "Sec-Fetch-Site",
            "Forwarded",
            "X-Forwarded-For",
            "X-Forwarded-Host",
            "X-Forwarded-Proto",
            "X-Real-IP",
            "Via");

    private Loopback() {}

    /** Whether the connection comes from this machine, whoever made it. */
    static boolean near(HttpServerRequest request) {
        String peer =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return peer != null && isLoopback(peer);
    }

    /** Whether a program of this machine sends the request for itself. */
    static boolean direct(HttpServerRequest request) {
        return near(request)
                && named(request)
                // What nginx speaks to a server that it stands before; it gives no other sign unless it is told to.
                && request.version() != HttpVersion.HTTP_1_0
                && SIGNS_OF_OTHERS.stream().noneMatch(request.headers()::contains);
    }

    private static boolean named(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        if (authority == null) {
            return false;
        }
        String host = authority.host();
        boolean bracketed = host.startsWith("[") && host.endsWith("]");
        String bare = bracketed ? host.substring(1, host.length() - 1) : host;
        return bare.equalsIgnoreCase("localhost") || isLoopback(bare);
    }

    /** @param text an address; a name is none, and is not looked up */
    private static boolean isLoopback(String text) {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(text);
        try {
            return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes", e);
        }
    }
}
