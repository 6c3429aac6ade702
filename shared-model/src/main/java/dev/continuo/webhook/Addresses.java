package dev.continuo.webhook;

import io.netty.handler.ipfilter.IpFilterRule;
import io.netty.handler.ipfilter.IpFilterRuleType;
import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The addresses that callbacks may go to. Everything that the IANA's registries of special-purpose addresses do not tell
 * to be globally reachable is refused (RFC 6890 and its successors), and so is what carries an IPv4 address inside an
 * IPv6 one, since that address would have to be checked once more.
 */
public final class Addresses {
    /** Of one's own machine or network: refused unless the operator allows them. */
    private static final List<IpFilterRule> PRIVATE = rules(
            "127.0.0.0/8", // loopback
            "10.0.0.0/8", // private use
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10", // shared by customers of a carrier
            "::1/128", // loopback
            "fc00::/7"); // unique local

    /** Nobody's receiver, or a receiver that nobody may reach by way of a server: refused always. */
    private static final List<IpFilterRule> NEVER = rules(
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
    private static final IpFilterRule GLOBAL_V6 = rule("2000::/3");

    private Addresses() {}

    /** @param privateAllowed whether loopback and private networks may be reached */
    public static boolean allowed(InetAddress address, boolean privateAllowed) {
        InetSocketAddress at = new InetSocketAddress(address, 0);
        if (matches(PRIVATE, at)) {
            return privateAllowed;
        }
        boolean global = !(address instanceof Inet6Address) || GLOBAL_V6.matches(at);
        return global && !matches(NEVER, at);
    }

    private static boolean matches(List<IpFilterRule> rules, InetSocketAddress address) {
        return rules.stream().anyMatch(rule -> rule.matches(address));
    }

    private static List<IpFilterRule> rules(String... networks) {
        return Stream.of(networks).map(Addresses::rule).toList();
    }

    private static IpFilterRule rule(String network) {
        int slash = network.indexOf('/');
        return new IpSubnetFilterRule(
                network.substring(0, slash), Integer.parseInt(network.substring(slash + 1)), IpFilterRuleType.REJECT);
    }
}
