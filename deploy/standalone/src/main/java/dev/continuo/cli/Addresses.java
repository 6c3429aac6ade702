package dev.continuo.cli;

import dev.continuo.engine.Setting;
import dev.continuo.engine.SettingValues;
import dev.continuo.standalone.Node;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.UnknownHostException;

/** Where somebody on this machine reaches a node. */
final class Addresses {
    private static final String LOOPBACK = "127.0.0.1";

    private Addresses() {}

    /**
     * Tells about a port that is taken before anything is started for it.
     *
     * @throws BindException when nobody can serve there
     */
    static void requireFree(SettingValues values) throws IOException {
        String host = values.text(Setting.HOST).orElse(LOOPBACK);
        int port = (int) values.number(Setting.PORT);
        try (ServerSocket probe = new ServerSocket()) {
            // What a server's last life left in TIME_WAIT does not keep the next one from serving.
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port), 1);
        } catch (SocketException e) {
            BindException taken = new BindException("Cannot serve on " + host + ":" + port + ": " + e.getMessage());
            taken.initCause(e);
            throw taken;
        }
    }

    /** Whether nobody but programs of this machine can connect. */
    static boolean ofThisMachineAlone(SettingValues values) {
        try {
            return InetAddress.getByName(values.text(Setting.HOST).orElse(LOOPBACK))
                    .isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static String of(SettingValues values, Node node) {
        String host = values.text(Setting.HOST).orElse(LOOPBACK);
        boolean everywhere = host.equals("0.0.0.0") || host.equals("::");
        return "http://" + (everywhere ? LOOPBACK : host) + ":" + node.port();
    }
}
