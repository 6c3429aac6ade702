package dev.continuo.worker.webhook;

import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.spi.transport.Transport;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.function.UnaryOperator;

/** The hosts file and the name servers of this machine, without a thread that blocks. */
final class DnsHosts implements HostResolver {
    private static final long QUERY_MILLIS = 4_000;
    private static final int MAX_QUERIES = 16;
    /** Answers are kept for a minute at most: what anybody may name must not fill the memory. */
    private static final int LONGEST_TTL_SECONDS = 60;

    private static final int NEGATIVE_TTL_SECONDS = 5;

    private final ContextInternal context;
    private final DnsNameResolver resolver;

    private DnsHosts(ContextInternal context, DnsNameResolver resolver) {
        this.context = context;
        this.resolver = resolver;
    }

    /** To be called, and used, on an event loop of this Vert.x; what the machine is configured for is read elsewhere. */
    static Future<DnsHosts> open(Vertx vertx) {
        // Made for what its making loads and reads: files, which would hold the event loop up.
        return vertx.executeBlocking(DnsNameResolverBuilder::new)
                .map(read -> open(vertx, asTheMachineDoes -> asTheMachineDoes));
    }

    /** @param change of what the machine is configured for */
    static DnsHosts open(Vertx vertx, UnaryOperator<DnsNameResolverBuilder> change) {
        Transport transport = ((VertxInternal) vertx).transport();
        ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
        DnsNameResolverBuilder builder = new DnsNameResolverBuilder(context.nettyEventLoop())
                .datagramChannelFactory(transport::datagramChannel)
                .queryTimeoutMillis(QUERY_MILLIS)
                .maxQueriesPerResolve(MAX_QUERIES)
                .ttl(0, LONGEST_TTL_SECONDS)
                .negativeTtl(NEGATIVE_TTL_SECONDS);
        return new DnsHosts(context, change.apply(builder).build());
    }

    @Override
    public Future<List<InetAddress>> resolve(String host) {
        Promise<List<InetAddress>> promise = context.promise();
        resolver.resolveAll(host).addListener((io.netty.util.concurrent.Future<List<InetAddress>> done) -> {
            if (done.isSuccess()) {
                promise.complete(List.copyOf(done.getNow()));
            } else {
                // The reason names the servers that were asked, which are nobody's business.
                promise.fail(new UnknownHostException("the host name " + host + " cannot be resolved"));
            }
        });
        return promise.future();
    }

    @Override
    public void close() {
        resolver.close();
    }
}
