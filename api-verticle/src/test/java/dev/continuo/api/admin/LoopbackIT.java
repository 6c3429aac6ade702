package dev.continuo.api.admin;

import static dev.continuo.api.admin.AdminFixture.bearer;
import static dev.continuo.api.admin.AdminFixture.object;
import static org.assertj.core.api.Assertions.assertThat;

import dev.continuo.engine.Settings;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin API as `dev` serves it: programs of this machine need no token, web pages and proxies on it do. */
@ExtendWith(BackendsExtension.class)
class LoopbackIT {
    private static AdminFixture api;

    @BeforeAll
    static void start(Backends backends) throws IOException {
        api = new AdminFixture(backends, new Settings.Admin(Optional.empty(), true));
    }

    @AfterAll
    static void stop() throws IOException {
        api.close();
    }

    @Test
    void aProgramOfThisMachineIsLetIn() {
        String id = api.create(object().put("namespace", "near"), Map.of())
                .expect(201)
                .json()
                .path("id")
                .textValue();
        api.list("?namespace=near", Map.of()).expect(200);
        api.revoke(id, Map.of()).expect(200);
    }

    @ParameterizedTest
    @CsvSource({
        "Origin, https://evil.example",
        "Origin, null",
        "Origin, http://127.0.0.1:8080",
        "Sec-Fetch-Site, cross-site",
        "Forwarded, for=192.0.2.7",
        "X-Forwarded-For, 127.0.0.1",
        "X-Real-IP, 192.0.2.7",
        "Via, 1.1 proxy"
    })
    void whatABrowserOrAProxySendsIsNot(String header, String value) {
        assertThat(api.create(object().put("namespace", "near"), Map.of(header, value))
                        .expect(401)
                        .text())
                .contains("CONTINUO_ADMIN_TOKEN")
                .contains("came through a browser or a proxy");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"127.0.0.1", "127.0.0.1:8080", "127.8.8.8", "localhost", "LocalHost:80", "[::1]", "[::1]:80"})
    void theRequestMayNameThisMachine(String host) throws IOException {
        assertThat(statusFor(host)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example",
                "evil.example:8080",
                "localhost.evil.example",
                "127.0.0.1.evil.example",
                "10.0.0.1",
                "[::2]",
                "2130706433"
            })
    void aRequestThatNamesAnotherMachineIsNotLetIn(String host) throws IOException {
        assertThat(statusFor(host)).isEqualTo(401);
    }

    @Test
    void aProxyThatGivesNoSignButTheOldVersionIsNotLetIn() throws IOException {
        assertThat(statusFor("127.0.0.1:8080", "HTTP/1.0")).isEqualTo(401);
    }

    @Test
    void aWrongSecretIsWrongHereToo() {
        api.list("?namespace=near", bearer("wrong")).expect(401);
        api.list("?namespace=near", Map.of("apikey", "")).expect(401);
    }

    /** The client of the other tests names the host that it connects to. */
    private static int statusFor(String host) throws IOException {
        return statusFor(host, "HTTP/1.1");
    }

    private static int statusFor(String host, String version) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", api.ports.get(0))) {
            socket.setSoTimeout(20_000);
            String request = "GET /admin/v1/apikeys?namespace=near " + version + "\r\nHost: " + host
                    + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.split(" ")[1]);
        }
    }
}
