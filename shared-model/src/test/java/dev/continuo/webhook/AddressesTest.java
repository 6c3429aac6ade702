package dev.continuo.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressesTest {

    private static boolean allowed(String address, boolean privateAllowed) throws UnknownHostException {
        return Addresses.allowed(InetAddress.getByName(address), privateAllowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "169.253.255.255",
                "169.255.0.0",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.0.3.0",
                "192.88.98.255",
                "192.88.100.0",
                "192.167.255.255",
                "192.169.0.0",
                "198.17.255.255",
                "198.20.0.0",
                "198.51.99.255",
                "203.0.114.0",
                "223.255.255.255",
                "2001:200::1",
                "2001:db7:ffff::1",
                "2001:db9::1",
                "2003::1",
                "2606:4700:4700::1111",
                "3ffe:ffff::1",
                "::ffff:1.1.1.1"
            })
    void publicAddressesMayAlwaysBeReached(String address) throws UnknownHostException {
        assertThat(allowed(address, false)).isTrue();
        assertThat(allowed(address, true)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.255",
                "10.0.0.0",
                "10.255.255.255",
                "172.16.0.0",
                "172.31.255.255",
                "192.168.0.0",
                "192.168.255.255",
                "100.64.0.0",
                "100.127.255.255",
                "::1",
                "fc00::1",
                "fdff:ffff::1",
                "::ffff:127.0.0.1",
                "::ffff:10.1.2.3"
            })
    void privateAddressesMayBeReachedWhenTheyAreAllowed(String address) throws UnknownHostException {
        assertThat(allowed(address, false)).isFalse();
        assertThat(allowed(address, true)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "0.0.0.0, this network",
        "0.255.255.255, this network",
        "169.254.0.0, link-local",
        "169.254.169.254, credentials of machines in clouds",
        "169.254.255.255, link-local",
        "192.0.0.0, protocol assignments",
        "192.0.0.170, discovery of NAT64",
        "192.0.2.1, documentation",
        "192.88.99.1, relays of 6to4",
        "198.18.0.0, benchmarks",
        "198.19.255.255, benchmarks",
        "198.51.100.1, documentation",
        "203.0.113.1, documentation",
        "224.0.0.1, multicast",
        "239.255.255.255, multicast",
        "240.0.0.0, reserved",
        "255.255.255.255, broadcast",
        "::, unspecified",
        "::7f00:1, IPv4-compatible",
        "64:ff9b::7f00:1, NAT64",
        "64:ff9b::101:101, NAT64",
        "64:ff9b:1::1, NAT64 for local use",
        "100::1, discard",
        "100:0:0:1::1, dummy prefix",
        "2001::1, Teredo",
        "2001:2::1, benchmarks",
        "2001:10::1, ORCHID",
        "2001:20::1, ORCHIDv2",
        "2001:1ff:ffff::1, protocol assignments",
        "2001:db8::1, documentation",
        "2002:7f00:1::1, 6to4",
        "2002:101:101::1, 6to4",
        "3fff::1, documentation",
        "3fff:fff:ffff::1, documentation",
        "4000::1, unassigned",
        "5f00::1, segment routing",
        "fe80::1, link-local",
        "fec0::1, site-local",
        "ff02::1, multicast",
        "::ffff:169.254.169.254, IPv4-mapped"
    })
    void whatIsNobodysReceiverIsNeverReached(String address, String why) throws UnknownHostException {
        assertThat(allowed(address, false)).as(why).isFalse();
        assertThat(allowed(address, true)).as(why).isFalse();
    }
}
