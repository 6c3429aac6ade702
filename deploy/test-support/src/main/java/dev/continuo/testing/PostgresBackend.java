package dev.continuo.testing;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A running PostgreSQL.
 *
 * @param user a superuser, its name and password safe in a URI as they are
 * @param database one that exists
 * @param stop ends the server
 */
public record PostgresBackend(String host, int port, String user, String password, String database, Stop stop) {
    /** Ends a server that was started for the tests. */
    @FunctionalInterface
    public interface Stop {
        void stop() throws IOException;
    }

    /** @param name a plain lower-case identifier that is not taken */
    void createDatabase(String name) {
        String url = "jdbc:postgresql://" + host + ":" + port + "/" + database;
        try (Connection connection = DriverManager.getConnection(url, user, password);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name + " TEMPLATE template0");
        } catch (SQLException e) {
            throw new IllegalStateException("Cannot create the database " + name + " of a test class", e);
        }
    }
}
