package dev.continuo.worker.connector.exchange;

import dev.continuo.worker.connector.InvalidInput;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where a request goes.
 *
 * @param host without the brackets of an IPv6 address
 * @param pathAndQuery percent-encoded, begins with a slash
 */
public record Target(boolean tls, String host, int port, String pathAndQuery) {
    private static final int MAX_CHARS = 32 << 10;
    /** Not java.net.URI's idea of a host, which refuses the underscores that container networks use. */
    private static final Pattern AUTHORITY = Pattern.compile("(\\[[0-9a-fA-F:.]+]|[^:@\\[\\]]+)(?::(\\d{1,5}))?");

    private static final Pattern SECRET_NAME = Pattern.compile(
            "token|secret|passw|pwd|api[-_]?key|apikey|^key$|^sig$|signature|credential|^auth$|authorization|cookie|session",
            Pattern.CASE_INSENSITIVE);

    /**
     * @param name of the parameter that the URL comes from, for messages
     * @throws InvalidInput when it is no HTTP URL
     */
    public static Target parse(String url, String name) {
        if (url.length() > MAX_CHARS) {
            throw new InvalidInput(name + " is longer than " + MAX_CHARS + " characters");
        }
        try {
            return of(new URI(url.strip()), name);
        } catch (URISyntaxException e) {
            throw new InvalidInput(name + " is not a valid URL: " + e.getReason() + " at index " + e.getIndex());
        }
    }

    /** The target of a {@code Location}, which may be relative to this one. */
    public Optional<Target> redirectedTo(String location) {
        try {
            return Optional.of(of(new URI(origin() + pathAndQuery).resolve(new URI(location.strip())), "Location"));
        } catch (URISyntaxException | IllegalArgumentException | InvalidInput e) {
            return Optional.empty();
        }
    }

    private static Target of(URI uri, String name) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("http") && !scheme.equals("https")) {
            throw new InvalidInput(name + " must begin with http:// or https://");
        }
        String authority = uri.getRawAuthority() == null ? "" : uri.getRawAuthority();
        if (authority.indexOf('@') >= 0) {
            throw new InvalidInput(
                    name + " must not carry a user name or password; they belong into a header or _auth");
        }
        Matcher parts = AUTHORITY.matcher(authority);
        if (!parts.matches()) {
            throw new InvalidInput(name + " has no valid host and port");
        }
        boolean tls = scheme.equals("https");
        int port = parts.group(2) == null ? (tls ? 443 : 80) : Integer.parseInt(parts.group(2));
        if (port < 1 || port > 65_535) {
            throw new InvalidInput(name + " has no valid port");
        }
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String host = parts.group(1).replace("[", "").replace("]", "");
        return new Target(tls, host.toLowerCase(Locale.ROOT), port, path + query);
    }

    /**
     * @param encoded name-value pairs, percent-encoded; empty for none
     * @param name of the parameter that the URL comes from, for messages
     */
    public Target withQuery(String encoded, String name) {
        if (encoded.isEmpty()) {
            return this;
        }
        int mark = pathAndQuery.indexOf('?');
        String glue = mark < 0 ? "?" : mark == pathAndQuery.length() - 1 ? "" : "&";
        String longer = pathAndQuery + glue + encoded;
        if (longer.length() > MAX_CHARS) {
            throw new InvalidInput(name + " with its query is longer than " + MAX_CHARS + " characters");
        }
        return new Target(tls, host, port, longer);
    }

    public boolean sameOrigin(Target other) {
        return tls == other.tls && host.equals(other.host) && port == other.port;
    }

    String origin() {
        return (tls ? "https://" : "http://") + authority();
    }

    /** As the header {@code Host} has it. */
    String authority() {
        String bracketed = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return bracketed + (port == (tls ? 443 : 80) ? "" : ":" + port);
    }

    public String url() {
        return origin() + pathAndQuery;
    }

    /** For logs: values of query parameters whose names sound like secrets are masked. */
    public String shown() {
        int mark = pathAndQuery.indexOf('?');
        if (mark < 0) {
            return url();
        }
        String query = Arrays.stream(pathAndQuery.substring(mark + 1).split("&"))
                .map(Target::shownPair)
                .collect(Collectors.joining("&"));
        return origin() + pathAndQuery.substring(0, mark + 1) + query;
    }

    /** Whether a header or parameter of this name is taken for a secret. */
    public static boolean soundsSecret(String name) {
        return SECRET_NAME.matcher(name).find();
    }

    private static String shownPair(String pair) {
        int equals = pair.indexOf('=');
        return equals >= 0 && soundsSecret(decoded(pair.substring(0, equals)))
                ? pair.substring(0, equals) + "=***"
                : pair;
    }

    private static String decoded(String name) {
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }
}
