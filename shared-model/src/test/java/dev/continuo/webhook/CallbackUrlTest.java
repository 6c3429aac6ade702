package dev.continuo.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackUrlTest {

    private static CallbackUrl valid(String text) {
        assertThat(CallbackUrl.check(text, false)).as(text).isInstanceOf(CallbackUrl.Valid.class);
        return ((CallbackUrl.Valid) CallbackUrl.check(text, false)).url();
    }

    private static String reason(String text, boolean privateAllowed) {
        assertThat(CallbackUrl.check(text, privateAllowed)).as(text).isInstanceOf(CallbackUrl.Invalid.class);
        return ((CallbackUrl.Invalid) CallbackUrl.check(text, privateAllowed)).reason();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            https://example.com             | true  | example.com    | 443  | /          | example.com
            HTTP://Example.COM/a            | false | example.com    | 80   | /a         | example.com
            https://example.com:443/        | true  | example.com    | 443  | /          | example.com
            http://example.com:443/         | false | example.com    | 443  | /          | example.com:443
            https://example.com:8443?a=%20b | true  | example.com    | 8443 | /?a=%20b   | example.com:8443
            https://example.com/x?y=1#z     | true  | example.com    | 443  | /x?y=1     | example.com
            https://example.com./           | true  | example.com.   | 443  | /          | example.com.
            http://8.8.8.8:1024/            | false | 8.8.8.8        | 1024 | /          | 8.8.8.8:1024
            https://[2606:4700::1111]/      | true  | 2606:4700::1111| 443  | /          | [2606:4700::1111]
            https://xn--bcher-kva.example/  | true  | xn--bcher-kva.example | 443 | /    | xn--bcher-kva.example
            """)
    void aUrlIsTakenApart(String text, boolean tls, String host, int port, String target, String authority) {
        CallbackUrl url = valid(text);

        assertThat(url).isEqualTo(new CallbackUrl(tls, host, port, target));
        assertThat(url.authority()).isEqualTo(authority);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "example.com",
                "/hook",
                "ftp://example.com/",
                "file:///etc/passwd",
                "javascript:alert(1)",
                "https:example.com",
                "https://",
                "https:///path",
                "https://exa mple.com/",
                "https://example.com/a b",
                "https://example.com/\u00e4",
                "https://b\u00fccher.example/",
                "https://example.com/\r\nx: y",
                "https://2130706433/",
                "https://0x7f.0.0.1/",
                "https://127.1/",
                "https://0177.0.0.1/",
                "https://example.com:port/",
                "https://[::1/"
            })
    void whatIsNoUrlOfTheWebIsRefused(String text) {
        assertThat(CallbackUrl.check(text, true)).as(text).isInstanceOf(CallbackUrl.Invalid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/",
                "http://localhost/",
                "http://LOCALHOST./",
                "http://app.localhost/",
                "http://10.0.0.8/",
                "http://192.168.1.1/",
                "http://[::1]/",
                "http://[fd00::1]/",
                "http://[::ffff:127.0.0.1]/"
            })
    void privateAddressesAreRefusedUnlessTheyAreAllowed(String text) {
        assertThat(reason(text, false))
                .isEqualTo("must lead to a public address, unless --callback-private-addresses is true");
        assertThat(CallbackUrl.check(text, true)).isInstanceOf(CallbackUrl.Valid.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://169.254.169.254/latest/meta-data/",
                "http://0.0.0.0/",
                "http://255.255.255.255/",
                "http://[::]/",
                "http://[64:ff9b::a9fe:a9fe]/",
                "http://[2002:7f00:1::]/"
            })
    void addressesOfNobodyAreAlwaysRefused(String text) {
        assertThat(reason(text, true)).isEqualTo("must lead to a public address");
        assertThat(reason(text, false)).isEqualTo("must lead to a public address");
    }

    @ParameterizedTest
    @CsvSource({
        "0, false",
        "22, false",
        "25, false",
        "79, false",
        "80, true",
        "443, true",
        "1023, false",
        "1024, true",
        "65535, true",
        "65536, false",
        "99999, false"
    })
    void publicReceiversHaveUsualPorts(int port, boolean fits) {
        assertThat(CallbackUrl.check("http://example.com:" + port + "/", false) instanceof CallbackUrl.Valid)
                .isEqualTo(fits);
    }

    @ParameterizedTest
    @CsvSource({"0, false", "22, true", "65535, true", "65536, false"})
    void anyPortWillDoWherePrivateAddressesAreAllowed(int port, boolean fits) {
        assertThat(CallbackUrl.check("http://example.com:" + port + "/", true) instanceof CallbackUrl.Valid)
                .isEqualTo(fits);
    }

    @Test
    void aUrlHoldsNoPasswordAndNamesNoInterface() {
        assertThat(reason("https://me:secret@example.com/", false))
                .isEqualTo("must not hold a user name or password")
                .doesNotContain("secret");
        assertThat(reason("http://[fe80::1%25eth0]/", true)).isEqualTo("must not name a network interface");
    }

    @Test
    void aUrlHasAtMost2048Characters() {
        String longest = "https://example.com/" + "a".repeat(CallbackUrl.MAX_LENGTH - 20);

        assertThat(valid(longest).target()).hasSize(CallbackUrl.MAX_LENGTH - 19);
        assertThat(reason(longest + "a", false)).isEqualTo("must have at most 2048 characters");
    }
}
