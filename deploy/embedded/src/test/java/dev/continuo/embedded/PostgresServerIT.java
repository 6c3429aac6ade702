package dev.continuo.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.continuo.embedded.PostgresServer.Options;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PostgresServerIT {
    private static final Options DURABLE = Options.durableIn(Options.userCache());

    @TempDir
    private Path directory;

    @ParameterizedTest
    @CsvSource({"fsync, on", "synchronous_commit, on", "full_page_writes, on", "jit, off", "server_encoding, UTF8"})
    void aDurableServerNeverAcknowledgesWhatItCouldLose(String setting, String value) throws Exception {
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            assertThat(Sql.single(server, "SHOW " + setting)).isEqualTo(value);
        }
    }

    @Test
    void dataAndPortAndPasswordStayAcrossStarts() throws Exception {
        String uri;
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            uri = server.uri();
            Sql.execute(server, "CREATE TABLE kept AS SELECT 42 AS n");
        }
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            assertThat(server.uri()).isEqualTo(uri).startsWith("postgresql://continuo:");
            assertThat(Sql.single(server, "SELECT n FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void aCrashedServerComesBackWithItsCommits() throws Exception {
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            Sql.execute(server, "CREATE TABLE kept AS SELECT 42 AS n");
            server.crash();
            assertThatThrownBy(() -> Sql.single(server, "SELECT 1")).isInstanceOf(SQLException.class);
            server.restart();
            assertThat(Sql.single(server, "SELECT n FROM kept")).isEqualTo("42");
        }
    }

    @Test
    void aSecondServerOnTheSameDirectoryIsRefused() throws Exception {
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            assertThatThrownBy(() -> PostgresServer.start(directory, DURABLE))
                    .isInstanceOf(DirectoryInUseException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining("in use by this process");
            assertThat(Sql.single(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void twoServersWithDirectoriesOfTheirOwnRunAtOnce() throws Exception {
        try (PostgresServer one = PostgresServer.start(directory.resolve("one"), DURABLE);
                PostgresServer two = PostgresServer.start(directory.resolve("two"), DURABLE)) {
            assertThat(one.port()).isNotEqualTo(two.port());
            assertThat(Sql.single(one, "SELECT 1")).isEqualTo("1");
            assertThat(Sql.single(two, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aRememberedPortThatIsTakenIsReplaced() throws Exception {
        int port;
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            port = server.port();
        }
        try (ServerSocket taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
                PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            assertThat(server.port()).isNotEqualTo(taken.getLocalPort());
            assertThat(Sql.single(server, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aWrongPasswordIsRefused() throws Exception {
        try (PostgresServer server = PostgresServer.start(directory, DURABLE)) {
            assertThatThrownBy(() -> java.sql.DriverManager.getConnection(server.jdbcUrl(), server.user(), "guess"))
                    .hasMessageContaining("password authentication failed");
        }
    }
}
