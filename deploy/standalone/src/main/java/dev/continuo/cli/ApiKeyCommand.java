package dev.continuo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.continuo.standalone.Logging;
import java.io.PrintWriter;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** API keys of a running server. */
@Command(
        name = "apikey",
        description = "Makes, lists and revokes API keys of a running server.",
        synopsisSubcommandLabel = "COMMAND",
        sortOptions = false)
final class ApiKeyCommand implements Runnable {
    private static final String KEYS = "/apikeys";

    @Spec
    private CommandSpec spec;

    /** What all of them need. */
    static final class Server {
        private final Environment environment;

        @Spec(Spec.Target.MIXEE)
        private CommandSpec spec;

        @Option(
                names = "--url",
                paramLabel = "URL",
                defaultValue = "http://127.0.0.1:8080",
                description = {
                    "The server. Default: ${DEFAULT-VALUE}",
                    "Its admin token, or an API key of the role admin, is taken from " + AdminClient.TOKEN_VARIABLE
                            + "; `dev` on this machine needs none."
                })
        private URI url;

        @Option(names = "--json", description = "Print all that the server tells, as JSON.")
        private boolean json;

        Server(Environment environment) {
            this.environment = environment;
        }

        AdminClient open() {
            Logging.quiet();
            boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            if (!http || url.getHost() == null) {
                throw new ParameterException(
                        spec.commandLine(), "--url must be an address like http://127.0.0.1:8080, not `" + url + "`");
            }
            return new AdminClient(url, environment.get(AdminClient.TOKEN_VARIABLE));
        }

        void print(JsonNode all, String brief) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(json ? all.toPrettyString() : brief);
            out.flush();
        }
    }

    @Command(
            name = "create",
            description = "Makes an API key and prints it. It is shown this once: only its hash is kept.",
            sortOptions = false)
    static final class Create implements Callable<Integer> {
        @Mixin
        private final Server server;

        @Option(
                names = "--namespace",
                paramLabel = "NS",
                required = true,
                description = "Whose everything is that the key opens.")
        private String namespace;

        @Option(
                names = "--role",
                paramLabel = "ROLE",
                defaultValue = "user",
                description = "user, or admin, who also manages the namespace's API keys. Default: ${DEFAULT-VALUE}")
        private String role;

        @Option(
                names = "--owner",
                paramLabel = "UUID",
                description =
                        "Whose the tasks are that are started with the key: that of the key which this one replaces."
                                + " Default: a new one")
        private UUID owner;

        @Option(
                names = "--name",
                paramLabel = "TEXT",
                defaultValue = "",
                description = "For people, to tell keys apart.")
        private String name;

        @Option(
                names = "--expires-in",
                paramLabel = "DURATION",
                description = "When it ends, such as P30D or PT12H. Default: never")
        private String expiresIn;

        Create(Environment environment) {
            this.server = new Server(environment);
        }

        @Override
        public Integer call() throws Exception {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.put("namespace", namespace).put("role", role).put("name", name);
            if (owner != null) {
                body.put("owner", owner.toString());
            }
            if (expiresIn != null) {
                body.put("expiresIn", expiresIn);
            }
            try (AdminClient client = server.open()) {
                JsonNode made = client.create(KEYS, body);
                server.print(made, made.path("key").asText());
            }
            return 0;
        }
    }

    @Command(name = "list", description = "Lists the API keys of a namespace, the newest first.", sortOptions = false)
    static final class ListKeys implements Callable<Integer> {
        @Mixin
        private final Server server;

        @Option(names = "--namespace", paramLabel = "NS", required = true, description = "Whose keys.")
        private String namespace;

        @Option(names = "--offset", paramLabel = "N", defaultValue = "0", description = "Keys to skip.")
        private int offset;

        @Option(
                names = "--limit",
                paramLabel = "N",
                defaultValue = "100",
                description = "Keys to list, up to 1000. Default: ${DEFAULT-VALUE}")
        private int limit;

        ListKeys(Environment environment) {
            this.server = new Server(environment);
        }

        @Override
        public Integer call() throws Exception {
            String query = "?namespace=" + URLEncoder.encode(namespace, StandardCharsets.UTF_8) + "&offset=" + offset
                    + "&limit=" + limit;
            try (AdminClient client = server.open()) {
                JsonNode page = client.get(KEYS + query);
                server.print(page, KeyTable.of(page));
            }
            return 0;
        }
    }

    @Command(name = "revoke", description = "Ends an API key.", sortOptions = false)
    static final class Revoke implements Callable<Integer> {
        @Mixin
        private final Server server;

        @Parameters(paramLabel = "ID", description = "The key's id, as `list` shows it.")
        private UUID id;

        Revoke(Environment environment) {
            this.server = new Server(environment);
        }

        @Override
        public Integer call() throws Exception {
            try (AdminClient client = server.open()) {
                JsonNode revoked = client.delete(KEYS + "/" + id);
                server.print(
                        revoked,
                        "Revoked " + revoked.path("prefix").asText() + "… at "
                                + revoked.path("revokedAt").asText());
            }
            return 0;
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command: create, list or revoke?");
    }
}
