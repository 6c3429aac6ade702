package dev.continuo.webhook;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where a callback goes: an absolute http or https URL. What a name resolves to is known only when it is sent, and is
 * checked then.
 *
 * @param host a name in lower case, or an address without brackets
 * @param target path and query, as they were written; a fragment is not sent
 */
public record CallbackUrl(boolean tls, String host, int port, String target) {
    public static final int MAX_LENGTH = 2048;

    private static final int HTTP = 80;
    private static final int HTTPS = 443;
    private static final int FIRST_UNPRIVILEGED = 1024;
    private static final int LAST_PORT = 65_535;

    /** What some resolvers take for an address: the last label of a name is never a number. */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(0x[0-9a-f]*|[0-9]+)\\.?");

    private static final Pattern IPV4 = Pattern.compile("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}");

    public sealed interface Checked {}

    public record Valid(CallbackUrl url) implements Checked {}

    /** @param reason for people, to be put behind the name of what was checked: "must be …" */
    public record Invalid(String reason) implements Checked {}

    /**
     * Whether a text can be the URL of a callback. A host that is an address must be a public one, and ports other than 80
     * and 443 must be unprivileged.
     *
     * @param privateAllowed whether the operator allows private addresses, and any port
     */
    public static Checked check(String text, boolean privateAllowed) {
        if (text.length() > MAX_LENGTH) {
            return new Invalid("must have at most " + MAX_LENGTH + " characters");
        }
        URI uri;
        try {
            uri = new URI(text);
        } catch (URISyntaxException e) {
            return notUrl();
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        boolean web = scheme.equals("http") || scheme.equals("https");
        if (!web || uri.getHost() == null || !text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            return notUrl();
        }
        if (uri.getRawUserInfo() != null) {
            return new Invalid("must not hold a user name or password");
        }
        CallbackUrl url = of(uri, scheme.equals("https"));
        boolean numeric = url.host.indexOf(':') < 0 && NUMERIC.matcher(url.host).matches();
        if (numeric && !IPV4.matcher(url.host).matches()) {
            return notUrl();
        }
        if (!portAllowed(url.port, privateAllowed)) {
            return new Invalid(
                    privateAllowed
                            ? "must have a port from 1 to 65535"
                            : "must have the port 80, 443, or one from 1024 to 65535");
        }
        return url.refusal(privateAllowed).<Checked>map(Invalid::new).orElseGet(() -> new Valid(url));
    }

    private static Invalid notUrl() {
        return new Invalid("must be an absolute URL that begins with http:// or https:// and has a host");
    }

    private static CallbackUrl of(URI uri, boolean tls) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        int port = uri.getPort() < 0 ? (tls ? HTTPS : HTTP) : uri.getPort();
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return new CallbackUrl(tls, bare, port, uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    }

    private static boolean portAllowed(int port, boolean privateAllowed) {
        boolean usual = port == HTTP || port == HTTPS || port >= FIRST_UNPRIVILEGED;
        return port >= 1 && port <= LAST_PORT && (usual || privateAllowed);
    }

    private Optional<String> refusal(boolean privateAllowed) {
        if (host.indexOf('%') >= 0) {
            return Optional.of("must not name a network interface");
        }
        if (!refused(privateAllowed)) {
            return Optional.empty();
        }
        return Optional.of(
                refused(true)
                        ? "must lead to a public address"
                        : "must lead to a public address, unless --callback-private-addresses is true");
    }

    private boolean refused(boolean privateAllowed) {
        String plain = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        boolean local = plain.equals("localhost") || plain.endsWith(".localhost");
        return local
                ? !privateAllowed
                : literal().filter(a -> !Addresses.allowed(a, privateAllowed)).isPresent();
    }

    /** The address that the host is, when it is no name. */
    public Optional<InetAddress> literal() {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(host);
        if (bytes == null) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.getByAddress(bytes));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("An address has 4 or 16 bytes", e);
        }
    }

    /** As in the header {@code host}. */
    public String authority() {
        String name = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        return port == (tls ? HTTPS : HTTP) ? name : name + ":" + port;
    }

    /** For the limits: the same for all URLs that lead to the same host and port. */
    public String hostAndPort() {
        return host + ":" + port;
    }
}
