package dev.continuo.webhook;

import io.netty.util.NetUtil;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses that callbacks may go to. Everything that the IANA's registries of special-purpose addresses do not tell
 * to be globally reachable is refused (RFC 6890 and its successors), and so is what carries an IPv4 address inside an
 * IPv6 one, since that address would have to be checked once more.
 */
public final class Addresses {
    /** Of one's own machine or network: refused unless the operator allows them. */
    private static final List<Network> PRIVATE = networks(
            "127.0.0.0/8", // loopback
            "10.0.0.0/8", // private use
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10", // shared by customers of a carrier
            "::1/128", // loopback
            "fc00::/7"); // unique local

    /** Nobody's receiver, or a receiver that nobody may reach by way of a server: refused always. */
    private static final List<Network> NEVER = networks(
            "0.0.0.0/8", // this network
            "169.254.0.0/16", // link-local: also where clouds keep the credentials of a machine
            "192.0.0.0/24", // protocol assignments
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays of 6to4
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/4", // multicast
            "240.0.0.0/4", // reserved, and broadcast
            "2001::/23", // protocol assignments: Teredo, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4
            "3fff::/20"); // documentation

    /** What is outside is not global: unspecified, IPv4-mapped, NAT64, link-local, site-local, multicast and unassigned. */
    private static final Network GLOBAL_V6 = network("2000::/3");

    private Addresses() {}

    /**
     * The addresses that begin with the same bits. Netty's rule of that kind will not do: for IPv6 it also matches
     * addresses in which all of these bits are set, so that fe80::1 would be in 2000::/3.
     */
    private record Network(byte[] address, int bits) {
        boolean has(InetAddress other) {
            byte[] bytes = other.getAddress();
            if (bytes.length != address.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += Byte.SIZE) {
                int mask = 0xFF << Math.max(0, bit + Byte.SIZE - bits);
                if (((bytes[bit / Byte.SIZE] ^ address[bit / Byte.SIZE]) & mask & 0xFF) != 0) {
                    return false;
                }
            }
            return true;
        }
    }

    /** @param privateAllowed whether loopback and private networks may be reached */
    public static boolean allowed(InetAddress address, boolean privateAllowed) {
        if (PRIVATE.stream().anyMatch(network -> network.has(address))) {
            return privateAllowed;
        }
        boolean global = !(address instanceof Inet6Address) || GLOBAL_V6.has(address);
        return global && NEVER.stream().noneMatch(network -> network.has(address));
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Addresses::network).toList();
    }

    private static Network network(String text) {
        int slash = text.indexOf('/');
        return new Network(
                NetUtil.createByteArrayFromIpAddressString(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)));
    }
}
