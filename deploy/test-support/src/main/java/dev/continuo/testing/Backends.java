package dev.continuo.testing;

/**
 * A test class's own corner of the servers that all tests of this JVM share: a fresh database and a topic prefix that
 * nobody else uses. Ask for it as a parameter of a test, a constructor or a lifecycle method, in a class with
 * {@code @ExtendWith(BackendsExtension.class)}. Servers start when they are first asked for.
 */
public final class Backends {
    private final Servers servers;
    private final String name;
    private boolean databaseCreated;

    Backends(Servers servers, String name) {
        this.servers = servers;
        this.name = name;
    }

    /** {@code postgresql://user:password@host:port/database} */
    public String pgUri() {
        return "postgresql://" + pgUser() + ":" + pgPassword() + "@" + pgHost() + ":" + pgPort() + "/" + pgDatabase();
    }

    /** For JDBC, without user and password. */
    public String pgJdbcUrl() {
        return "jdbc:postgresql://" + pgHost() + ":" + pgPort() + "/" + pgDatabase();
    }

    public String pgHost() {
        return servers.postgres().host();
    }

    public int pgPort() {
        return servers.postgres().port();
    }

    public String pgUser() {
        return servers.postgres().user();
    }

    public String pgPassword() {
        return servers.postgres().password();
    }

    /** The database of the test class, empty at first. */
    public synchronized String pgDatabase() {
        if (!databaseCreated) {
            servers.postgres().createDatabase(name);
            databaseCreated = true;
        }
        return name;
    }

    /** {@code host:port} */
    public String kafkaBootstrap() {
        return servers.kafka().bootstrapServers();
    }

    /** What the names of all topics and consumer groups of the test class must start with; ends with a dot. */
    public String topicPrefix() {
        return name + ".";
    }
}
