package dev.continuo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.continuo.e2e.Docs;
import dev.continuo.e2e.Servers;
import dev.continuo.engine.Setting;
import dev.continuo.standalone.NodeStarter;
import dev.continuo.standalone.Standalone;
import dev.continuo.testing.Backends;
import dev.continuo.testing.BackendsExtension;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The command line for API keys, against a server as `api` starts it. */
@ExtendWith(BackendsExtension.class)
class ApiKeyIT {
    private static final String TOKEN = "0123456789abcdef0123456789abcdef";
    private static final Map<String, String> WITH_TOKEN = Map.of("CONTINUO_ADMIN_TOKEN", TOKEN);
    private static final NodeStarter NONE = (settings, kafkaServing) -> {
        throw new AssertionError("Nothing may be started here");
    };

    private static Standalone server;

    @BeforeAll
    static void start(Backends backends, @TempDir Path scratch) throws Exception {
        server = Servers.on(scratch, backends.pgUri(), backends.kafkaBootstrap(), backends.topicPrefix())
                .with(Setting.ADMIN_TOKEN, TOKEN)
                .start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private record Answer(int exitCode, String out, String err) {
        Answer expect(int wanted) {
            assertThat(exitCode).as(err).isEqualTo(wanted);
            return this;
        }

        JsonNode json() {
            return Docs.read(out);
        }
    }

    private static Answer run(Map<String, String> variables, String... words) {
        List<String> all = new ArrayList<>(List.of(words));
        if (!all.contains("--url")) {
            all.addAll(List.of("--url", "http://127.0.0.1:" + server.port()));
        }
        all.addFirst("apikey");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Main.commandLine(new Main.Starters(NONE, NONE, NONE), new Environment(variables))
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
        return new Answer(exitCode, out.toString(), err.toString());
    }

    private static Answer run(String... words) {
        return run(WITH_TOKEN, words);
    }

    @Test
    void createPrintsTheKeyAlone() {
        Answer made = run("create", "--namespace", "alone", "--role", "user").expect(0);
        assertThat(made.out()).matches("cto_[0-9A-Za-z]{49}\\R");
        assertThat(made.err()).isEmpty();
    }

    @Test
    void everythingCanBeHadAsJson() {
        String owner = UUID.randomUUID().toString();
        JsonNode made = run(
                        "create",
                        "--namespace",
                        "all",
                        "--role",
                        "admin",
                        "--owner",
                        owner,
                        "--name",
                        "the shop",
                        "--expires-in",
                        "P30D",
                        "--json")
                .expect(0)
                .json();
        assertThat(made.path("owner").textValue()).isEqualTo(owner);
        assertThat(made.path("role").textValue()).isEqualTo("admin");
        assertThat(made.path("expiresAt").isTextual()).isTrue();
        JsonNode listed = run("list", "--namespace", "all", "--json").expect(0).json();
        assertThat(listed.path("keys").path(0).path("id")).isEqualTo(made.path("id"));
        String id = made.path("id").textValue();
        assertThat(run("revoke", id, "--json")
                        .expect(0)
                        .json()
                        .path("revokedAt")
                        .isTextual())
                .isTrue();
    }

    @Test
    void aKeyIsListedAndRevokedInWords() {
        String key = run("create", "--namespace", "words", "--name", "a name")
                .expect(0)
                .out();
        Answer before = run("list", "--namespace", "words").expect(0);
        assertThat(before.out().lines()).hasSize(2);
        assertThat(before.out())
                .contains("ID", "LAST USED", key.substring(0, 8) + "…", " user ", " a name")
                .doesNotContain(key.substring(8).strip());
        String id = before.out().lines().skip(1).findFirst().orElseThrow().split(" ")[0];
        assertThat(run("revoke", id).expect(0).out()).startsWith("Revoked " + key.substring(0, 8) + "… at 2");
        run("create", "--namespace", "words");
        assertThat(run("list", "--namespace", "words", "--limit", "1").expect(0).out())
                .contains("1 more: see --offset and --limit");
    }

    @Test
    void anAdministratorsKeyDoesAsWellInItsNamespace() {
        String admin = run("create", "--namespace", "own", "--role", "admin")
                .expect(0)
                .out()
                .strip();
        Map<String, String> own = Map.of("CONTINUO_ADMIN_TOKEN", admin);
        run(own, "create", "--namespace", "own").expect(0);
        assertThat(run(own, "create", "--namespace", "others").expect(1).err())
                .contains("403")
                .contains("administers the namespace own alone");
    }

    @Test
    void whatGoesWrongIsToldInALineThatSaysWhatToDo() {
        assertOneLine(
                run(Map.of(), "list", "--namespace", "n"), "Set CONTINUO_ADMIN_TOKEN to the server's admin token.");
        assertOneLine(
                run(Map.of("CONTINUO_ADMIN_TOKEN", "wrong"), "list", "--namespace", "n"),
                "Check the value of CONTINUO_ADMIN_TOKEN.");
        assertOneLine(run("create", "--namespace", "n", "--role", "root"), "role must be user or admin");
        assertOneLine(run("create", "--namespace", "n", "--expires-in", "soon"), "P30D or PT12H");
        assertOneLine(run("revoke", UUID.randomUUID().toString()), "There is no such API key");
        assertOneLine(run("list", "--namespace", "n", "--url", "http://127.0.0.1:1"), "Start the server");
        assertOneLine(
                run("list", "--namespace", "n", "--url", "http://127.0.0.1:" + server.port() + "/elsewhere"),
                "refuses with 404");
    }

    @Test
    void whatServesSomethingElseIsTakenForNoRefusal() throws Exception {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            try (exchange) {
                int status = exchange.getRequestMethod().equals("POST") ? 201 : 200;
                byte[] body = "\"welcome\"".getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        other.start();
        try {
            String url = "http://127.0.0.1:" + other.getAddress().getPort();
            String told = "and has no admin API. Is --url the address of a Continuo server?";
            assertOneLine(run("create", "--namespace", "n", "--url", url), url + " answers 201 " + told);
            assertOneLine(run("list", "--namespace", "n", "--url", url), url + " answers 200 " + told);
        } finally {
            other.stop(0);
        }
        String secure = "https://127.0.0.1:" + server.port();
        assertOneLine(run("list", "--namespace", "n", "--url", secure), secure + " speaks no TLS");
    }

    private static void assertOneLine(Answer answer, String told) {
        assertThat(answer.expect(1).err().lines()).hasSize(1);
        assertThat(answer.err()).contains(told).doesNotContain(TOKEN);
        assertThat(answer.out()).isEmpty();
    }
}
