package dev.continuo.worker.webhook;

import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.datagram.DatagramPacket;
import io.vertx.core.datagram.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A DNS server that knows A records, each for no time at all. */
final class NameServer {
    private static final int HEADER = 12;

    private final Map<String, List<String>> addresses = new ConcurrentHashMap<>();
    private final DatagramSocket socket;

    NameServer(Vertx vertx) throws TimeoutException {
        socket = vertx.createDatagramSocket().handler(this::answer);
        socket.listen(0, "127.0.0.1").await(30, TimeUnit.SECONDS);
    }

    void put(String name, String... ips) {
        addresses.put(name, List.of(ips));
    }

    DnsNameResolverBuilder asked(DnsNameResolverBuilder builder) {
        return builder.nameServerProvider(new SingletonDnsServerAddressStreamProvider(
                        new InetSocketAddress("127.0.0.1", socket.localAddress().port())))
                .searchDomains(List.of())
                .queryTimeoutMillis(2_000);
    }

    private void answer(DatagramPacket packet) {
        Buffer query = packet.data();
        StringBuilder name = new StringBuilder();
        int at = HEADER;
        while (query.getByte(at) != 0) {
            int length = query.getByte(at);
            name.append(name.isEmpty() ? "" : ".").append(query.getString(at + 1, at + 1 + length));
            at += length + 1;
        }
        boolean a = query.getUnsignedShort(at + 1) == 1;
        List<String> found = a ? addresses.getOrDefault(name.toString(), List.of()) : List.of();
        int code = addresses.containsKey(name.toString()) ? 0x8180 : 0x8183;
        Buffer reply = Buffer.buffer()
                .appendUnsignedShort(query.getUnsignedShort(0))
                .appendUnsignedShort(code)
                .appendUnsignedShort(1)
                .appendUnsignedShort(found.size())
                .appendUnsignedShort(0)
                .appendUnsignedShort(0)
                .appendBuffer(query.getBuffer(HEADER, at + 5));
        for (String ip : found) {
            reply.appendUnsignedShort(0xC000 | HEADER)
                    .appendUnsignedShort(1)
                    .appendUnsignedShort(1)
                    .appendUnsignedInt(0)
                    .appendUnsignedShort(4)
                    .appendBytes(bytes(ip));
        }
        socket.send(reply, packet.sender().port(), packet.sender().host());
    }

    private static byte[] bytes(String ip) {
        try {
            return InetAddress.getByName(ip).getAddress();
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(ip, e);
        }
    }
}
